import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { OAuthCodeRow } from '../database/tables.js';
import { fromDbBoolean, fromDbJson, toDbJson } from '../database/values.js';

/** What an OAuth client stands for. */
export type ClientOwner = { kind: 'server'; userId: number; user: string; server: string } | { kind: 'service'; name: string; noConfirm: boolean };

export type NewCode = Pick<OAuthCodeRow, 'client_id' | 'code' | 'expires_at' | 'redirect_uri' | 'session_id' | 'user_id' | 'code_challenge' | 'code_challenge_method'> & {
  scopes: readonly string[];
};

/** Queries of the OAuth provider. */
@Injectable()
export class OAuthRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async clientOwner(clientId: string): Promise<ClientOwner | undefined> {
    const server: { userId: number; user: string; server: string } | undefined = await this.db('spawners')
      .select('users.id as userId', 'users.name as user', 'spawners.name as server')
      .join('users', 'users.id', 'spawners.user_id')
      .where('spawners.oauth_client_id', clientId)
      .first();
    if (server) return { kind: 'server', ...server };
    const service = await this.db('services').select('name', 'oauth_no_confirm').where('oauth_client_id', clientId).first();
    return service && { kind: 'service', name: service.name, noConfirm: fromDbBoolean(service.oauth_no_confirm) };
  }

  /** Scopes that a user has let this client have before, as stored with its tokens. */
  async grantedBefore(userId: number, clientId: string): Promise<Set<string>> {
    const rows = await this.db('api_tokens').select('scopes').where({ user_id: userId, client_id: clientId });
    return new Set(rows.flatMap((row) => fromDbJson<string[]>(row.scopes, [])));
  }

  async rolesScopes(names: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.db('roles').select('name', 'scopes').whereIn('name', [...names]);
    return new Map(rows.map((row) => [row.name, fromDbJson<string[]>(row.scopes, [])]));
  }

  async saveCode(code: NewCode): Promise<void> {
    await this.db('oauth_codes').insert({ ...code, scopes: toDbJson(code.scopes) });
  }

  async code(code: string): Promise<OAuthCodeRow | undefined> {
    return this.db('oauth_codes').where({ code }).first();
  }

  /** Uses a code up; false when somebody else did so first. */
  async takeCode(code: string): Promise<boolean> {
    return (await this.db('oauth_codes').where({ code }).delete()) === 1;
  }
}
