import { Inject, Injectable } from '@nestjs/common';
import { READS, type Reads } from '../database/reads.js';
import { fromDbJson, toDbTime } from '../database/values.js';
import { scopesOnServer } from './shared-scopes.js';
import type { TokenOwner } from './token-store.js';

interface ScopesRow {
  scopes: string | null;
}

const SERVICE_ROLES = 'SELECT r.scopes FROM roles r JOIN service_role_map m ON m.role_id = r.id WHERE m.service_id = ?';

const USER_ROLES = `SELECT scopes FROM roles WHERE id IN (
  SELECT role_id FROM user_role_map WHERE user_id = ?
  UNION SELECT gr.role_id FROM group_role_map gr JOIN user_group_map ug ON ug.group_id = gr.group_id WHERE ug.user_id = ?)`;

/** What others share with somebody, directly or with a group of theirs. */
export interface HeldShare {
  /** "user/server", as it is called now. */
  server: string;
  /** null: shared with them directly. */
  group: string | null;
  /** Raw, on that server. */
  scopes: string[];
}

const SHARES = `SELECT s.scopes, o.name AS owner, sp.name AS server, g.name AS group_name FROM shares s
  JOIN spawners sp ON sp.id = s.spawner_id JOIN users o ON o.id = sp.user_id LEFT JOIN groups g ON g.id = s.group_id
  WHERE (s.user_id = ? OR s.group_id IN (SELECT group_id FROM user_group_map WHERE user_id = ?)) AND (s.expires_at IS NULL OR s.expires_at >= ?) ORDER BY s.id`;

const GROUPS = `SELECT u.name AS user_name, g.name AS group_name FROM users u
  JOIN user_group_map ug ON ug.user_id = u.id JOIN groups g ON g.id = ug.group_id`;

/** What is granted to whom: the queries behind effective scopes. */
@Injectable()
export class GrantsRepository {
  constructor(@Inject(READS) private readonly reads: Reads) {}

  /** Raw scopes of an owner's roles, and for a user those of their groups' roles. */
  async rawScopes({ kind, id }: TokenOwner): Promise<string[]> {
    const rows = await (kind === 'service' ? this.reads.all<ScopesRow>(SERVICE_ROLES, id) : this.reads.all<ScopesRow>(USER_ROLES, id, id));
    return rows.flatMap((row) => fromDbJson<string[]>(row.scopes, []));
  }

  /** Raw scopes of what is shared with a user or with one of their groups, on the names that the servers have now. */
  async sharedScopes(userId: number): Promise<string[]> {
    return (await this.sharesWith(userId)).flatMap(({ scopes }) => scopes);
  }

  /** The shares themselves. */
  async sharesWith(userId: number): Promise<HeldShare[]> {
    type Row = ScopesRow & { owner: string; server: string | null; group_name: string | null };
    const rows = await this.reads.all<Row>(SHARES, userId, userId, toDbTime(new Date()));
    return rows.map(({ scopes, owner, server: name, group_name: group }) => {
      const server = `${owner}/${name ?? ''}`;
      return { server, group, scopes: scopesOnServer(fromDbJson<string[]>(scopes, []), server) };
    });
  }

  /** The names of the groups that each of these users is in. */
  async groupsByUser(names: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>(names.map((name) => [name, []]));
    if (names.length === 0) return found;
    const sql = `${GROUPS} WHERE u.name IN ${this.reads.nameList} ORDER BY g.name`;
    const rows = await this.reads.all<{ user_name: string; group_name: string }>(sql, JSON.stringify(names));
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
