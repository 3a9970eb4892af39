import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { dialectOf } from '../database/dialect.js';
import { READS, type Reads } from '../database/reads.js';
import { toDbJson } from '../database/values.js';
import type { TokenOwner } from './token-store.js';

const MAPS = {
  user: { table: 'user_role_map', column: 'user_id' },
  service: { table: 'service_role_map', column: 'service_id' },
  group: { table: 'group_role_map', column: 'group_id' },
} as const;

export type RoleHolderKind = keyof typeof MAPS;

/** Who holds which role directly. Callers bump the identity cache once they are done. */
@Injectable()
export class RolesRepository {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  async count(): Promise<number> {
    const [row] = await this.db('roles').count<{ total: number | string }[]>('* as total');
    return Number(row!.total);
  }

  /** Role names of each of these owners, in the order of the roles. */
  async namesByHolder(kind: RoleHolderKind, ids: readonly number[]): Promise<Map<number, string[]>> {
    const { table, column } = MAPS[kind];
    const found = new Map<number, string[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const rows = await this.reads.table<{ holder: number; name: string }>(
      { holder: `m.${column}`, name: 'r.name' },
      `FROM ${table} m JOIN roles r ON r.id = m.role_id WHERE m.${column} IN ${this.reads.idList} ORDER BY r.id`,
      JSON.stringify(ids),
    );
    for (const { holder, name } of rows) found.get(holder)?.push(name);
    return found;
  }

  /** Gives a role; having it already is fine. */
  async grant(role: string, kind: RoleHolderKind, ids: readonly number[], db: Database = this.db): Promise<void> {
    if (ids.length === 0) return;
    const { table, column } = MAPS[kind];
    const roleRow = await db('roles').select('id').where('name', role).first();
    if (!roleRow) throw new Error(`cannot grant the role ${role}: because there is no such role`);
    const rows = ids.map((id) => ({ [column]: id, role_id: roleRow.id, managed_by_auth: false }));
    for (let start = 0; start < rows.length; start += 200) {
      await db(table).insert(rows.slice(start, start + 200)).onConflict([column, 'role_id']).ignore();
    }
  }

  async strip(role: string, kind: RoleHolderKind, ids: readonly number[], db: Database = this.db): Promise<void> {
    const { table, column } = MAPS[kind];
    const roleId = db('roles').select('id').where('name', role);
    await db(table).whereIn(column, [...ids]).whereIn('role_id', roleId).delete();
  }

  /** Every user has the role `user`; the role `admin` goes with the admin flag. */
  async syncDefaults(owner: TokenOwner & { admin: boolean }, db: Database = this.db): Promise<void> {
    if (owner.kind === 'user') await this.grant('user', 'user', [owner.id], db);
    await (owner.admin ? this.grant('admin', owner.kind, [owner.id], db) : this.strip('admin', owner.kind, [owner.id], db));
  }

  /** Makes the roles exactly these, apart from those that the authenticator manages. */
  async define(plans: readonly { name: string; description: string; scopes: readonly string[] }[]): Promise<void> {
    await this.db.transaction(async (trx) => {
      for (const { name, description, scopes } of plans) {
        const row = { name, description, scopes: toDbJson(scopes), managed_by_auth: false };
        await trx('roles').insert(row).onConflict('name').merge(['description', 'scopes']);
      }
      await trx('roles').whereNotIn('name', plans.map((plan) => plan.name)).where('managed_by_auth', false).delete();
    });
  }

  /** Makes these the only holders of a role. */
  async setHolders(role: string, kind: RoleHolderKind, ids: readonly number[]): Promise<void> {
    const { table, column } = MAPS[kind];
    await this.db.transaction(async (trx) => {
      const roleId = trx('roles').select('id').where('name', role);
      await trx(table).whereIn('role_id', roleId).whereNotIn(column, [...ids]).where('managed_by_auth', false).delete();
      await this.grant(role, kind, ids, trx);
    });
  }

  /** Makes these the only ones with the admin flag. */
  async setAdminFlags(table: 'users' | 'services', ids: readonly number[]): Promise<void> {
    await this.db(table).where('admin', true).whereNotIn('id', [...ids]).update({ admin: false });
    await this.db(table).whereIn('id', [...ids]).update({ admin: true });
  }

  async raiseAdmins(userIds: readonly number[]): Promise<void> {
    await this.db('users').whereIn('id', [...userIds]).update({ admin: true });
  }

  /** Takes the admin flag, all roles and all groups from people who are blocked. */
  async stripBlocked(userIds: readonly number[]): Promise<void> {
    await this.db('users').whereIn('id', [...userIds]).update({ admin: false });
    await this.db('user_role_map').whereIn('user_id', [...userIds]).delete();
    await this.db('user_group_map').whereIn('user_id', [...userIds]).delete();
  }

  /** Every user has the role `user`; everybody with the admin flag has the role `admin`. Two statements for any number of users. */
  async grantByFlag(): Promise<void> {
    await this.#grantWhere('user', 'user', 'users', {});
    await this.#grantWhere('admin', 'user', 'users', { admin: true });
    await this.#grantWhere('admin', 'service', 'services', { admin: true });
  }

  async #grantWhere(role: string, kind: 'user' | 'service', table: 'users' | 'services', where: { admin?: boolean }): Promise<void> {
    const { table: map, column } = MAPS[kind];
    const roleRow = await this.db('roles').select('id').where('name', role).first();
    if (!roleRow) throw new Error(`cannot grant the role ${role}: because there is no such role`);
    const holders = this.db(map).select(column).where('role_id', roleRow.id);
    const missing = this.db(table).select('id', this.db.raw(dialectOf(this.db).integer, [roleRow.id]), this.db.raw('?', [false])).where(where).whereNotIn('id', holders);
    await this.db.into(this.db.raw('?? (??, ??, ??)', [map, column, 'role_id', 'managed_by_auth'])).insert(missing);
  }
}
