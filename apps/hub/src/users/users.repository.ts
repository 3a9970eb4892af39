import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { batched } from '../database/batched.js';
import { DATABASE, type Database } from '../database/database.js';
import { insertRows } from '../database/insert.js';
import { READS, type Reads } from '../database/reads.js';
import type { UserRow } from '../database/tables.js';
import { toDbTime, toNameList } from '../database/values.js';
import type { ShownUser } from './user.model.js';
import { orderOf, selectionOf, type UserQuery } from './user-selection.js';

const SHOWN: Record<keyof ShownUser, string> = {
  id: 'users.id',
  name: 'users.name',
  admin: 'users.admin',
  created: 'users.created',
  last_activity: 'users.last_activity',
  user_info: 'users.user_info',
};

/** What a login cookie holds of its user. */
export const newCookieId = (): string => randomUUID().replaceAll('-', '');

/** Rows of `users`: queries only, of a number that does not depend on how many users there are. */
@Injectable()
export class UsersRepository {
  readonly byName = batched(async (names: readonly string[]): Promise<(UserRow | undefined)[]> => {
    const rows = await this.reads.all<UserRow>(`SELECT * FROM users WHERE name IN ${this.reads.nameList}`, toNameList(names));
    const found = new Map(rows.map((row) => [row.name, row]));
    return names.map((name) => found.get(name));
  });

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  async existing(names: readonly string[]): Promise<UserRow[]> {
    const found: UserRow[] = [];
    for (let start = 0; start < names.length; start += 500) {
      found.push(...(await this.db('users').whereIn('name', names.slice(start, start + 500))));
    }
    return found;
  }

  /** @returns one page, and how many there are in all when that was asked for */
  async list(query: UserQuery): Promise<{ rows: ShownUser[]; total: number }> {
    const { where, values } = selectionOf(query, this.reads.nameList);
    const page = `FROM users WHERE ${where} ${orderOf(query, this.reads)} LIMIT ? OFFSET ?`;
    const [rows, counted] = await Promise.all([
      this.reads.table<ShownUser>(SHOWN, page, ...values, query.limit, query.offset),
      query.counted ? this.reads.first<{ total: number | string }>(`SELECT COUNT(*) AS total FROM users WHERE ${where}`, ...values) : undefined,
    ]);
    return { rows, total: Number(counted?.total ?? rows.length) };
  }

  async insert(users: readonly { name: string; admin: boolean }[], db: Database = this.db): Promise<UserRow[]> {
    const created = toDbTime(new Date());
    const rows = users.map(({ name, admin }) => ({ name, admin, created, cookie_id: newCookieId(), state: '{}' }));
    const inserted: UserRow[] = [];
    for (let start = 0; start < rows.length; start += 100) {
      inserted.push(...(await insertRows<UserRow>(db, 'users', rows.slice(start, start + 100), 'name')));
    }
    return inserted;
  }

  async update(id: number, changes: Partial<Pick<UserRow, 'name' | 'admin' | 'cookie_id' | 'encrypted_auth_state' | 'user_info'>>, db: Database = this.db): Promise<void> {
    if (Object.keys(changes).length > 0) await db('users').where({ id }).update(changes);
  }

  /** Tokens, codes, memberships, roles and shares go by foreign keys; servers must be gone before. */
  async delete(id: number): Promise<void> {
    await this.db('users').where({ id }).delete();
  }

  /** Group names of each user, sorted. */
  async groupsOf(ids: readonly number[]): Promise<Map<number, string[]>> {
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const rows = await this.reads.table<{ id: number; name: string }>(
      { id: 'm.user_id', name: 'g.name' },
      `FROM user_group_map m JOIN "groups" g ON g.id = m.group_id WHERE m.user_id IN ${this.reads.idList} ORDER BY g.name`,
      JSON.stringify(ids),
    );
    for (const { id, name } of rows) found.get(id)?.push(name);
    return found;
  }
}
