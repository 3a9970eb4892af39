import { Inject, Injectable } from '@nestjs/common';
import { batched } from '../database/batched.js';
import { READS, type Reads } from '../database/reads.js';
import { fromDbJson, toDbTime, toNameList } from '../database/values.js';
import { scopesOnServer } from './shared-scopes.js';
import type { TokenOwner } from './token-store.js';

interface ScopesRow {
  scopes: string | null;
}

interface HeldRow extends ScopesRow {
  /** Id of the user who holds them. */
  holder: number;
}

const SERVICE_ROLES = 'SELECT r.scopes FROM roles r JOIN service_role_map m ON m.role_id = r.id WHERE m.service_id = ?';

const userRoles = (idList: string) => `SELECT held.holder, r.scopes FROM roles r JOIN (
    SELECT user_id AS holder, role_id FROM user_role_map WHERE user_id IN ${idList}
    UNION SELECT ug.user_id, gr.role_id FROM group_role_map gr JOIN user_group_map ug ON ug.group_id = gr.group_id WHERE ug.user_id IN ${idList}
  ) held ON held.role_id = r.id`;

const sharesWith = (idList: string) => `SELECT given.holder, s.scopes, o.name AS owner, sp.name AS server, g.name AS group_name FROM shares s JOIN (
    SELECT user_id AS holder, id FROM shares WHERE user_id IN ${idList}
    UNION SELECT ug.user_id, s.id FROM shares s JOIN user_group_map ug ON ug.group_id = s.group_id WHERE ug.user_id IN ${idList}
  ) given ON given.id = s.id JOIN spawners sp ON sp.id = s.spawner_id JOIN users o ON o.id = sp.user_id
  LEFT JOIN "groups" g ON g.id = s.group_id
  WHERE s.expires_at IS NULL OR s.expires_at >= ? ORDER BY s.id`;

/** What others share with somebody, directly or with a group of theirs. */
export interface HeldShare {
  /** "user/server", as it is called now. */
  server: string;
  /** null: shared with them directly. */
  group: string | null;
  /** Raw, on that server. */
  scopes: string[];
}

const GROUPS = `SELECT u.name AS user_name, g.name AS group_name FROM users u
  JOIN user_group_map ug ON ug.user_id = u.id JOIN "groups" g ON g.id = ug.group_id`;

/** What is granted to whom: the queries behind effective scopes. */
@Injectable()
export class GrantsRepository {
  /** What is shared with a user or with one of their groups, on the names that the servers have now. */
  readonly sharesWith = batched(async (userIds: readonly number[]): Promise<HeldShare[][]> => {
    type Row = HeldRow & { owner: string; server: string | null; group_name: string | null };
    const ids = JSON.stringify(userIds);
    const rows = await this.reads.all<Row>(sharesWith(this.reads.idList), ids, ids, toDbTime(new Date()));
    return byHolder(rows, userIds, ({ scopes, owner, server: name, group_name: group }) => {
      const server = `${owner}/${name ?? ''}`;
      return [{ server, group, scopes: scopesOnServer(fromDbJson<string[]>(scopes, []), server) }];
    });
  });

  readonly #scopesOfUser = batched(async (userIds: readonly number[]): Promise<string[][]> => {
    const ids = JSON.stringify(userIds);
    const rows = await this.reads.all<HeldRow>(userRoles(this.reads.idList), ids, ids);
    return byHolder(rows, userIds, ({ scopes }) => fromDbJson<string[]>(scopes, []));
  });

  constructor(@Inject(READS) private readonly reads: Reads) {}

  /** Raw scopes of an owner's roles, and for a user those of their groups' roles. */
  async rawScopes({ kind, id }: TokenOwner): Promise<string[]> {
    if (kind === 'user') return this.#scopesOfUser(id);
    const rows = await this.reads.all<ScopesRow>(SERVICE_ROLES, id);
    return rows.flatMap((row) => fromDbJson<string[]>(row.scopes, []));
  }

  /** The raw scopes of what is shared with a user. */
  async sharedScopes(userId: number): Promise<string[]> {
    return (await this.sharesWith(userId)).flatMap(({ scopes }) => scopes);
  }

  /** The names of the groups that each of these users is in. */
  async groupsByUser(names: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>(names.map((name) => [name, []]));
    if (names.length === 0) return found;
    const sql = `${GROUPS} WHERE u.name IN ${this.reads.nameList} ORDER BY g.name`;
    const rows = await this.reads.all<{ user_name: string; group_name: string }>(sql, toNameList(names));
    for (const { user_name, group_name } of rows) found.get(user_name)?.push(group_name);
    return found;
  }

  /** The server ("user/server") or service that an OAuth client stands for; undefined for the API's own client. */
  async clientTarget(clientId: string): Promise<{ server?: string; service?: string } | undefined> {
    const server = await this.reads.first<{ user_name: string; name: string }>(
      'SELECT u.name AS user_name, s.name FROM spawners s JOIN users u ON u.id = s.user_id WHERE s.oauth_client_id = ?',
      clientId,
    );
    if (server) return { server: `${server.user_name}/${server.name}` };
    const service = await this.reads.first<{ name: string }>('SELECT name FROM services WHERE oauth_client_id = ?', clientId);
    return service && { service: service.name };
  }
}

/** What each of these users holds, in the order of the rows. */
function byHolder<Row extends HeldRow, Held>(rows: readonly Row[], holders: readonly number[], heldIn: (row: Row) => Held[]): Held[][] {
  const found = new Map<number, Held[]>(holders.map((id) => [id, []]));
  for (const row of rows) found.get(row.holder)!.push(...heldIn(row));
  return holders.map((id) => found.get(id)!);
}
