import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { toDbJson } from '../database/values.js';

/** The groups of a user as their authenticator tells them (`manage_groups`). */
@Injectable()
export class MembershipsRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /**
   * Makes somebody a member of these groups and no others; groups that are new are made.
   * @returns whether anything was otherwise before
   */
  async replace(userId: number, names: readonly string[]): Promise<boolean> {
    const wanted = [...new Set(names)];
    return this.db.transaction(async (trx) => {
      const current = await this.#groupsOf(userId, trx);
      const added = wanted.filter((name) => !current.has(name));
      const removed = [...current].filter(([name]) => !wanted.includes(name)).map(([, id]) => id);
      for (const name of added) {
        await trx('groups').insert({ name, properties: toDbJson({}) }).onConflict('name').ignore();
        const row = await trx('groups').where({ name }).first();
        await trx('user_group_map').insert({ user_id: userId, group_id: row!.id }).onConflict(['user_id', 'group_id']).ignore();
      }
      if (removed.length > 0) await trx('user_group_map').where('user_id', userId).whereIn('group_id', removed).delete();
      return added.length + removed.length > 0;
    });
  }

  async #groupsOf(userId: number, db: Database): Promise<Map<string, number>> {
    const rows: { id: number; name: string }[] = await db('user_group_map as m')
      .select('groups.id', 'groups.name')
      .join('groups', 'groups.id', 'm.group_id')
      .where('m.user_id', userId);
    return new Map(rows.map(({ id, name }) => [name, id]));
  }
}
