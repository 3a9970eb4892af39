import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import type { ApiTokenRow } from '../database/tables.js';
import { fromDbJson, toDbTime } from '../database/values.js';

export type TokenWithClient = ApiTokenRow & { client_name: string | null };

/** Queries about users' tokens. */
@Injectable()
export class TokensRepository {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async ofUser(userId: number): Promise<TokenWithClient[]> {
    return this.#living().where('t.user_id', userId);
  }

  async one(userId: number, id: number): Promise<TokenWithClient | undefined> {
    return this.#living().where({ 't.user_id': userId, 't.id': id }).first();
  }

  /** Deletes what has expired; returns how many tokens went. */
  async purgeExpired(now: Date): Promise<number> {
    await this.db('oauth_codes').where('expires_at', '<', Math.floor(now.getTime() / 1000)).delete();
    return this.db('api_tokens').where('expires_at', '<', toDbTime(now)).delete();
  }

  /** The scopes of a role; undefined when there is no such role. */
  async roleScopes(role: string): Promise<string[] | undefined> {
    const row = await this.db('roles').select('scopes').where('name', role).first();
    return row && fromDbJson<string[]>(row.scopes, []);
  }

  #living() {
    return this.db('api_tokens as t')
      .select('t.*', 'c.description as client_name')
      .leftJoin('oauth_clients as c', 'c.identifier', 't.client_id')
      .where((rows) => rows.whereNull('t.expires_at').orWhere('t.expires_at', '>=', toDbTime(new Date())));
  }
}
