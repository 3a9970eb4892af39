import { Inject, Injectable } from '@nestjs/common';
import { batched } from '../database/batched.js';
import { DATABASE, type Database } from '../database/database.js';
import { READS, type Reads } from '../database/reads.js';
import type { ApiTokenRow, RoleRow } from '../database/tables.js';
import { fromDbJson, toDbTime, toNameList } from '../database/values.js';

export type TokenWithClient = ApiTokenRow & { client_name: string | null };

const LIVING = `SELECT t.*, c.description AS client_name FROM api_tokens t LEFT JOIN oauth_clients c ON c.identifier = t.client_id
  WHERE (t.expires_at IS NULL OR t.expires_at >= ?)`;

/** Queries about users' tokens. */
@Injectable()
export class TokensRepository {
  /** The scopes of a role; undefined when there is no such role. */
  readonly roleScopes = batched(async (roles: readonly string[]): Promise<(string[] | undefined)[]> => {
    const rows = await this.reads.all<Pick<RoleRow, 'name' | 'scopes'>>(`SELECT name, scopes FROM roles WHERE name IN ${this.reads.nameList}`, toNameList(roles));
    const found = new Map(rows.map(({ name, scopes }) => [name, fromDbJson<string[]>(scopes, [])]));
    return roles.map((role) => found.get(role));
  });

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

}
