import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { fromDbBoolean, toDbJson } from '../database/values.js';

/** A role as it shall be there; undefined parts stay as they are. */
export interface RoleDefinition {
  name: string;
  description?: string | undefined;
  scopes?: readonly string[] | undefined;
}

/** Roles that an authenticator makes and gives (`manage_roles`); those of the config stay what the config says. */
@Injectable()
export class ManagedRolesRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** Makes roles that are missing, and brings those of the authenticator up to date. */
  async define(roles: readonly RoleDefinition[], db: Database = this.db): Promise<void> {
    for (const { name, description, scopes } of roles) {
      const row = await db('roles').where({ name }).first();
      if (!row) await db('roles').insert({ name, description: description ?? '', scopes: toDbJson(scopes ?? []), managed_by_auth: true });
      else if (fromDbBoolean(row.managed_by_auth) && (description !== undefined || scopes)) {
        await db('roles').where({ name }).update({ ...(description !== undefined && { description }), ...(scopes && { scopes: toDbJson(scopes) }) });
      }
    }
  }

  /**
   * Makes these the only roles of a user, and the admin flag what they say (reference hub-behaviour 4.3 and 5.6). Roles of the
   * authenticator that nobody has any more go.
   */
  async replace(userId: number, roles: readonly RoleDefinition[]): Promise<void> {
    await this.db.transaction(async (trx) => {
      await this.define(roles, trx);
      const names = [...new Set(roles.map(({ name }) => name))];
      const ids = await trx('roles').whereIn('name', names).pluck('id') as number[];
      await trx('user_role_map').where('user_id', userId).whereNotIn('role_id', ids).delete();
      for (const role_id of ids) {
        await trx('user_role_map').insert({ user_id: userId, role_id, managed_by_auth: true }).onConflict(['user_id', 'role_id']).ignore();
      }
      await trx('users').where({ id: userId }).update({ admin: names.includes('admin') });
      await this.#removeUnused(trx);
    });
  }

  /** Forgets every role that the authenticator gave or made (`reset_managed_roles_on_startup`). */
  async forgetAll(): Promise<void> {
    await this.db.transaction(async (trx) => {
      for (const map of ['user_role_map', 'group_role_map', 'service_role_map'] as const) await trx(map).where('managed_by_auth', true).delete();
      await trx('roles').where('managed_by_auth', true).delete();
    });
  }

  async #removeUnused(trx: Database): Promise<void> {
    const inUse = (['user_role_map', 'group_role_map', 'service_role_map'] as const).map((map) => trx(map).select('role_id'));
    let unused = trx('roles').where('managed_by_auth', true);
    for (const holders of inUse) unused = unused.whereNotIn('id', holders);
    await unused.delete();
  }
}
