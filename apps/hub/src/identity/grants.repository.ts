import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { fromDbJson, toDbTime } from '../database/values.js';
import { scopesOnServer } from './shared-scopes.js';
import type { TokenOwner } from './token-store.js';

/** What is granted to whom: the queries behind effective scopes. */
@Injectable()
export class GrantsRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** Raw scopes of an owner's roles, and for a user those of their groups' roles. */
  async rawScopes(owner: TokenOwner): Promise<string[]> {
    const rows: { scopes: string | null }[] = await (owner.kind === 'service' ? this.#serviceRoles(owner.id) : this.#userRoles(owner.id));
    return rows.flatMap((row) => fromDbJson<string[]>(row.scopes, []));
  }

  /** Raw scopes of what is shared with a user or with one of their groups, on the names that the servers have now. */
  async sharedScopes(userId: number): Promise<string[]> {
    const groups = this.db('user_group_map').select('group_id').where('user_id', userId);
    const rows: { scopes: string | null; owner: string; server: string | null }[] = await this.db('shares as s')
      .select('s.scopes', 'o.name as owner', 'sp.name as server')
      .join('spawners as sp', 'sp.id', 's.spawner_id')
      .join('users as o', 'o.id', 'sp.user_id')
      .where((share) => share.where('s.user_id', userId).orWhereIn('s.group_id', groups))
      .where((share) => share.whereNull('s.expires_at').orWhere('s.expires_at', '>=', toDbTime(new Date())));
    return rows.flatMap(({ scopes, owner, server }) => scopesOnServer(fromDbJson<string[]>(scopes, []), `${owner}/${server ?? ''}`));
  }

  #serviceRoles(id: number) {
    return this.db('roles').select('roles.scopes').join('service_role_map as m', 'm.role_id', 'roles.id').where('m.service_id', id);
  }

  #userRoles(id: number) {
    const direct = this.db('user_role_map').select('role_id').where('user_id', id);
    const byGroup = this.db('group_role_map as gr')
      .select('gr.role_id')
      .join('user_group_map as ug', 'ug.group_id', 'gr.group_id')
      .where('ug.user_id', id);
    return this.db('roles').select('scopes').whereIn('id', direct.union(byGroup));
  }

  /** The names of the groups that each of these users is in. */
  async groupsByUser(names: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>(names.map((name) => [name, []]));
    if (names.length === 0) return found;
    const rows: { user: string; group: string }[] = await this.db('users')
      .select('users.name as user', 'groups.name as group')
      .join('user_group_map as ug', 'ug.user_id', 'users.id')
      .join('groups', 'groups.id', 'ug.group_id')
      .whereIn('users.name', [...names])
      .orderBy('groups.name');
    for (const { user, group } of rows) found.get(user)?.push(group);
    return found;
  }

  /** The server ("user/server") or service that an OAuth client stands for; undefined for the API's own client. */
  async clientTarget(clientId: string): Promise<{ server?: string; service?: string } | undefined> {
    const server: { user: string; name: string } | undefined = await this.db('spawners')
      .select('users.name as user', 'spawners.name')
      .join('users', 'users.id', 'spawners.user_id')
      .where('spawners.oauth_client_id', clientId)
      .first();
    if (server) return { server: `${server.user}/${server.name}` };
    const service = await this.db('services').select('name').where('oauth_client_id', clientId).first();
    return service && { service: service.name };
  }
}
