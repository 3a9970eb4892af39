import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Knex } from 'knex';
import { DATABASE, type Database } from '../database/database.js';
import { listOf, READS, type Reads } from '../database/reads.js';
import type { UserRow } from '../database/tables.js';
import { toDbTime } from '../database/values.js';

export type UserSort = 'id' | 'name' | 'last_activity';
export type UserState = 'active' | 'ready' | 'inactive';

export interface UserQuery {
  state?: UserState;
  nameFilter?: string;
  sort: UserSort;
  descending: boolean;
  /** Whom the caller may see; undefined: everybody. */
  within?: { users: string[]; groups: string[] };
  offset: number;
  limit: number;
}

const COLUMNS = ['users.id', 'users.name', 'users.admin', 'users.created', 'users.last_activity', 'users.cookie_id', 'users.user_info'] as const;

/** Rows of `users`: queries only, of a number that does not depend on how many users there are. */
@Injectable()
export class UsersRepository {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  async byName(name: string): Promise<UserRow | undefined> {
    return this.reads.first('SELECT * FROM users WHERE name = ?', name);
  }

  async existing(names: readonly string[]): Promise<UserRow[]> {
    const found: UserRow[] = [];
    for (let start = 0; start < names.length; start += 500) {
      found.push(...(await this.db('users').whereIn('name', names.slice(start, start + 500))));
    }
    return found;
  }

  async list(query: UserQuery): Promise<{ rows: UserRow[]; total: number }> {
    const [counted] = await this.#filtered(query).count<{ total: number | string }[]>('* as total');
    const order = query.descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST';
    const rows = await this.#filtered(query)
      .select(COLUMNS as unknown as string[])
      .orderByRaw(`?? ${order}, users.id ${query.descending ? 'DESC' : 'ASC'}`, [`users.${query.sort}`])
      .limit(query.limit)
      .offset(query.offset);
    return { rows: rows as UserRow[], total: Number(counted!.total) };
  }

  async insert(users: readonly { name: string; admin: boolean }[], db: Database = this.db): Promise<UserRow[]> {
    const created = toDbTime(new Date());
    const rows = users.map(({ name, admin }) => ({ name, admin, created, cookie_id: randomUUID().replaceAll('-', ''), state: '{}' }));
    const inserted: UserRow[] = [];
    for (let start = 0; start < rows.length; start += 100) {
      inserted.push(...(await db('users').insert(rows.slice(start, start + 100)).returning('*')));
    }
    return inserted;
  }

  async update(id: number, changes: Partial<Pick<UserRow, 'name' | 'admin' | 'encrypted_auth_state'>>, db: Database = this.db): Promise<void> {
    if (Object.keys(changes).length > 0) await db('users').where({ id }).update(changes);
  }

  /** Unless it was changed since it was read. */
  async replaceAuthState(id: number, { from, to }: { from: Buffer | string; to: Buffer }): Promise<void> {
    await this.db('users').where({ id, encrypted_auth_state: from }).update({ encrypted_auth_state: to });
  }

  /** Tokens, codes, memberships, roles and shares go by foreign keys; servers must be gone before. */
  async delete(id: number): Promise<void> {
    await this.db('users').where({ id }).delete();
  }

  /** Group names of each user, sorted. */
  async groupsOf(ids: readonly number[]): Promise<Map<number, string[]>> {
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const { marks, values } = listOf(ids);
    const rows = await this.reads.all<{ id: number; name: string }>(
      `SELECT m.user_id AS id, g.name FROM user_group_map m JOIN groups g ON g.id = m.group_id WHERE m.user_id IN ${marks} ORDER BY g.name`,
      ...values,
    );
    for (const { id, name } of rows) found.get(id)?.push(name);
    return found;
  }

  #filtered(query: UserQuery): Knex.QueryBuilder {
    const users = this.db('users');
    if (query.within) void users.where((rows) => this.#within(rows, query.within!));
    // as in JupyterHub, % and _ in the filter are wildcards
    if (query.nameFilter) void users.whereILike('users.name', `%${query.nameFilter}%`);
    if (query.state === 'inactive') void users.whereNotIn('users.id', this.#owners());
    else if (query.state === 'active') void users.whereIn('users.id', this.#owners());
    else if (query.state === 'ready') void users.whereIn('users.id', this.#ownersOfReady());
    return users;
  }

  #within(rows: Knex.QueryBuilder, { users, groups }: { users: string[]; groups: string[] }): void {
    const members = this.db('user_group_map as ug').select('ug.user_id').join('groups', 'groups.id', 'ug.group_id').whereIn('groups.name', groups);
    void rows.whereIn('users.name', users).orWhereIn('users.id', members);
  }

  /** Whoever has a server that is not stopped: few among many, found by an index on `server_id`. */
  #owners() {
    return this.db('spawners').select('spawners.user_id').whereNotNull('spawners.server_id').whereNotNull('spawners.user_id');
  }

  #ownersOfReady() {
    return this.#owners().join('elara_server_lifecycle as l', 'l.spawner_id', 'spawners.id').where('l.state', 'ready');
  }
}
