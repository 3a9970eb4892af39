import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { insertRows } from '../database/insert.js';
import type { GroupRow } from '../database/tables.js';
import { toDbJson } from '../database/values.js';

/** Rows of `groups` and who is in them. */
@Injectable()
export class GroupsRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async byName(name: string): Promise<GroupRow | undefined> {
    return this.db('groups').where({ name }).first();
  }

  /** Those of the names that are taken. */
  async taken(names: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (let start = 0; start < names.length; start += 500) {
      found.push(...(await this.db('groups').whereIn('name', names.slice(start, start + 500)).pluck('name')) as string[]);
    }
    return found;
  }

  /** @param names undefined: all groups */
  async list(names: readonly string[] | undefined, offset: number, limit: number): Promise<{ rows: GroupRow[]; total: number }> {
    const groups = () => (names ? this.db('groups').whereIn('name', [...names]) : this.db('groups'));
    const [counted] = await groups().count<{ total: number | string }[]>('* as total');
    return { rows: await groups().select('*').orderBy('id').offset(offset).limit(limit), total: Number(counted!.total) };
  }

  /** Member names of each group, in the order of the users. */
  async members(ids: readonly number[]): Promise<Map<number, string[]>> {
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    const rows: { group: number; name: string }[] = await this.db('user_group_map as ug')
      .select('ug.group_id as group', 'users.name')
      .join('users', 'users.id', 'ug.user_id')
      .whereIn('ug.group_id', [...ids])
      .orderBy('users.id');
    for (const { group, name } of rows) found.get(group)?.push(name);
    return found;
  }

  /** Makes groups with the same members: all of them or none. */
  async insert(names: readonly string[], memberIds: readonly number[]): Promise<GroupRow[]> {
    return this.db.transaction(async (trx) => {
      const rows: GroupRow[] = [];
      for (const name of names) {
        const [row] = await insertRows<GroupRow>(trx, 'groups', [{ name, properties: toDbJson({}) }], 'name');
        await this.addMembers(row!.id, memberIds, trx);
        rows.push(row!);
      }
      return rows;
    });
  }

  async setProperties(id: number, properties: object): Promise<void> {
    await this.db('groups').where({ id }).update({ properties: toDbJson(properties) });
  }

  async addMembers(id: number, userIds: readonly number[], db: Database = this.db): Promise<void> {
    for (let start = 0; start < userIds.length; start += 400) {
      const rows = userIds.slice(start, start + 400).map((user_id) => ({ user_id, group_id: id }));
      await db('user_group_map').insert(rows).onConflict(['user_id', 'group_id']).ignore();
    }
  }

  async removeMembers(id: number, userIds: readonly number[]): Promise<void> {
    await this.db('user_group_map').where('group_id', id).whereIn('user_id', [...userIds]).delete();
  }

  async delete(id: number): Promise<void> {
    await this.db('groups').where({ id }).delete();
  }
}
