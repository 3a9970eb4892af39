import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { ApiTokenRow } from '../database/tables.js';
import { fromDbJson } from '../database/values.js';
import type { TokenOwner } from '../identity/token-store.js';

/** A role somebody holds, and how they came by it. */
export interface HeldRole {
  role: string;
  scopes: string[];
  /** The group whose role it is; null when it was given to the owner. */
  group: string | null;
}

type RoleRow = { role: string; scopes: string | null; group: string | null };

/** Queries of the explanation: who there is and which roles they hold. */
@Injectable()
export class ExplainRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async owner(kind: TokenOwner['kind'], name: string): Promise<TokenOwner | undefined> {
    const row = await this.db(kind === 'user' ? 'users' : 'services')
      .select('id')
      .where({ name })
      .first();
    return row && { kind, id: row.id };
  }

  async token(id: number): Promise<(ApiTokenRow & { owner_name: string }) | undefined> {
    return this.db('api_tokens as t')
      .select('t.*', this.db.raw('COALESCE(u.name, s.name) as owner_name'))
      .leftJoin('users as u', 'u.id', 't.user_id')
      .leftJoin('services as s', 's.id', 't.service_id')
      .where('t.id', id)
      .first();
  }

  async roles({ kind, id }: TokenOwner): Promise<HeldRole[]> {
    const rows = kind === 'service' ? await this.#ofService(id) : [...(await this.#ofUser(id)), ...(await this.#ofGroups(id))];
    return rows.map(({ role, scopes, group }) => ({ role, group, scopes: fromDbJson<string[]>(scopes, []) }));
  }

  #ofService(id: number): Promise<RoleRow[]> {
    return this.#roles('service_role_map').where('m.service_id', id);
  }

  #ofUser(id: number): Promise<RoleRow[]> {
    return this.#roles('user_role_map').where('m.user_id', id);
  }

  #roles(map: 'service_role_map' | 'user_role_map') {
    return this.db('roles as r').select('r.name as role', 'r.scopes', this.db.raw('NULL as ??', ['group'])).join(`${map} as m`, 'm.role_id', 'r.id');
  }

  #ofGroups(userId: number): Promise<RoleRow[]> {
    return this.db('roles as r')
      .select('r.name as role', 'r.scopes', 'g.name as group')
      .join('group_role_map as m', 'm.role_id', 'r.id')
      .join('groups as g', 'g.id', 'm.group_id')
      .join('user_group_map as ug', 'ug.group_id', 'g.id')
      .where('ug.user_id', userId);
  }
}
