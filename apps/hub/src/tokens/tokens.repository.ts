import { Inject, Injectable } from '@nestjs/common';
import { DATABASE, type Database } from '../database/database.js';
import { READS, type Reads } from '../database/reads.js';
import type { ApiTokenRow } from '../database/tables.js';
import { fromDbJson, toDbTime } from '../database/values.js';

export type TokenWithClient = ApiTokenRow & { client_name: string | null };

const LIVING = `SELECT t.*, c.description AS client_name FROM api_tokens t LEFT JOIN oauth_clients c ON c.identifier = t.client_id
  WHERE (t.expires_at IS NULL OR t.expires_at >= ?)`;

/** Queries about users' tokens. */
@Injectable()
export class TokensRepository {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
  ) {}

  async ofUser(userId: number): Promise<TokenWithClient[]> {
    return this.reads.all(`${LIVING} AND t.user_id = ?`, toDbTime(new Date()), userId);
  }

  async one(userId: number, id: number): Promise<TokenWithClient | undefined> {
    return this.reads.first(`${LIVING} AND t.user_id = ? AND t.id = ?`, toDbTime(new Date()), userId, id);
  }

  /** Deletes what has expired; returns how many tokens went. */
  async purgeExpired(now: Date): Promise<number> {
    await this.db('oauth_codes').where('expires_at', '<', Math.floor(now.getTime() / 1000)).delete();
    return this.db('api_tokens').where('expires_at', '<', toDbTime(now)).delete();
  }

  /** The scopes of a role; undefined when there is no such role. Roles change only while the hub starts. */
  async roleScopes(role: string): Promise<string[] | undefined> {
    const row = await this.reads.first<{ scopes: string | null }>('SELECT scopes FROM roles WHERE name = ?', role);
    return row && fromDbJson<string[]>(row.scopes, []);
  }
}
