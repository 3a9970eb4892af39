import { Inject, Injectable } from '@nestjs/common';
import type { Knex } from 'knex';
import { DATABASE, type Database } from '../database/database.js';
import type { ShareRow } from '../database/tables.js';
import { fromDbJson, toDbJson, toDbTime } from '../database/values.js';
import { scopesOnServer } from '../identity/shared-scopes.js';
import type { Grantee, Share } from './share.model.js';
import { fullName, onLivingServers, type OnServers, onServersColumns, SERVER_COLUMNS, sharedServer, type SharedServer, type SharedServerColumns } from './shared-server.js';

/** Which shares: those on servers, those given to a group, or those that reach a user, directly or by a group. */
export type WhichShares = OnServers | { groupId: number } | { userId: number };

type JoinedRow = ShareRow & SharedServerColumns & { user_name: string | null; group_name: string | null };
type GranteeKey = Pick<Grantee, 'kind' | 'id'>;

/** Queries on shares; none sees what has expired. */
@Injectable()
export class SharesRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** A server by the names of its owner and itself; the default server of somebody who never used it has the id 0. */
  async server(ownerName: string, name: string): Promise<SharedServer | undefined> {
    const row: SharedServerColumns | undefined = await this.db('users as o')
      .leftJoin('spawners as sp', (on) => on.on('sp.user_id', 'o.id').andOnVal('sp.name', name))
      .leftJoin('elara_server_lifecycle as l', 'l.spawner_id', 'sp.id')
      .select(SERVER_COLUMNS as unknown as string[])
      .where('o.name', ownerName)
      .orderBy('sp.id')
      .first();
    return row && (row.spawner !== null || name === '') ? sharedServer(row) : undefined;
  }

  async list(which: WhichShares, offset: number, limit: number): Promise<{ shares: Share[]; total: number }> {
    const [counted] = (await this.#living(which).count({ total: '*' })) as { total: number | string }[];
    const rows: JoinedRow[] = await this.#shown(this.#living(which)).orderBy('s.id').offset(offset).limit(limit);
    return { shares: rows.map(toShare), total: Number(counted!.total) };
  }

  async between(serverId: number, grantee: GranteeKey, db: Database = this.db): Promise<Share | undefined> {
    const where = { 's.spawner_id': serverId, [`s.${column(grantee)}`]: grantee.id };
    const row: JoinedRow | undefined = await this.#shown(onLivingServers(db('shares as s')).where(where)).orderBy('s.id').first();
    return row && toShare(row);
  }

  /** Keeps others from changing the shares of a server until the transaction ends. @returns whether the server is still there */
  async lockServer(id: number, db: Database): Promise<boolean> {
    return (await db('spawners').select('id').where({ id }).forUpdate().first()) !== undefined;
  }

  async insert(server: SharedServer, grantee: GranteeKey, scopes: readonly string[], db: Database): Promise<void> {
    await db('shares').insert({
      created_at: toDbTime(new Date()),
      scopes: toDbJson(scopes),
      [column(grantee)]: grantee.id,
      owner_id: server.owner.id,
      spawner_id: server.id,
    });
  }

  async setScopes(id: number, scopes: readonly string[], db: Database): Promise<void> {
    await db('shares').where({ id }).update({ scopes: toDbJson(scopes) });
  }

  async delete(id: number, db: Database = this.db): Promise<void> {
    await db('shares').where({ id }).delete();
  }

  async deleteOfServer(serverId: number): Promise<void> {
    await this.db('shares').where('spawner_id', serverId).delete();
  }

  /** @returns how many went */
  async purgeExpired(now: Date): Promise<number> {
    return this.db('shares').where('expires_at', '<', toDbTime(now)).delete();
  }

  #living(which: WhichShares): Knex.QueryBuilder {
    const shares = onLivingServers(this.db('shares as s'));
    if ('groupId' in which) return shares.where('s.group_id', which.groupId);
    if (!('userId' in which)) return shares.where(onServersColumns(which));
    const groups = this.db('user_group_map').select('group_id').where('user_id', which.userId);
    return shares.where((share) => share.where('s.user_id', which.userId).orWhereIn('s.group_id', groups));
  }

  #shown(shares: Knex.QueryBuilder): Knex.QueryBuilder {
    return shares
      .leftJoin('users as u', 'u.id', 's.user_id')
      .leftJoin('groups as g', 'g.id', 's.group_id')
      .leftJoin('elara_server_lifecycle as l', 'l.spawner_id', 'sp.id')
      .select('s.id', 's.scopes', 's.created_at', 'u.name as user_name', 'g.name as group_name', ...SERVER_COLUMNS);
  }
}

const column = ({ kind }: GranteeKey): 'user_id' | 'group_id' => (kind === 'user' ? 'user_id' : 'group_id');

function toShare(row: JoinedRow): Share {
  const server = sharedServer(row);
  return {
    id: row.id,
    server,
    scopes: scopesOnServer(fromDbJson<string[]>(row.scopes, []), fullName(server)),
    grantee: row.group_name === null ? { kind: 'user', name: row.user_name ?? '' } : { kind: 'group', name: row.group_name },
    createdAt: row.created_at,
  };
}
