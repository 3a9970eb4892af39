import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { batched } from '../database/batched.js';
import { compiled } from '../database/compiled.js';
import { DATABASE, type Database } from '../database/database.js';
import { insertRows } from '../database/insert.js';
import { READS, type Reads } from '../database/reads.js';
import type { ApiTokenRow } from '../database/tables.js';
import { toDbJson, toDbTime } from '../database/values.js';
import type { Statement } from '../database/writes.js';
import { ConflictError, InvalidInputError } from '../errors.js';
import { IdentityCache } from './identity-cache.js';
import { hashToken, isFastHash, newToken, PREFIX_LENGTH, SLOW_ROUNDS, tokenMatches } from './token-hash.js';

/** The OAuth client that owns tokens made through the API, the command line or the config. */
export const API_CLIENT = 'jupyterhub';
export const API_CLIENT_NAME = 'JupyterHub';

const SHORTEST_GIVEN_TOKEN = 8;
const MOST_VERIFIED = 10_000;

export interface TokenOwner {
  kind: 'user' | 'service';
  id: number;
}

export interface TokenRequest {
  owner: TokenOwner;
  note: string;
  scopes: readonly string[];
  /** Default: `jupyterhub`. */
  clientId?: string;
  sessionId?: string | null;
  /** null: never expires. */
  expiresAt?: Date | null;
  /** A secret made elsewhere; default: a new one. */
  token?: string;
}

type NewTokenRow = Omit<ApiTokenRow, 'id' | 'last_activity'>;

const COLUMNS = ['user_id', 'service_id', 'hashed', 'prefix', 'client_id', 'session_id', 'created', 'expires_at', 'note', 'scopes'] as const;

/** API tokens: only their hashes are stored (reference rest-api, section 6). */
@Injectable()
export class TokenStore {
  /** Slow hashes that were found to fit, by a digest of their token: checking one again would cost a millisecond a request. */
  readonly #verified = new Map<string, string>();
  /** Revokes the tokens of a user that carry this note, as a part of a larger write; the identity cache has to be told after it. */
  readonly revocation: (userId: number, note: string) => Statement;
  readonly #add;
  readonly #insert = batched((rows: readonly NewTokenRow[]) => this.#insertMany(rows));

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(READS) private readonly reads: Reads,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly cache: IdentityCache,
  ) {
    this.#add = compiled(COLUMNS, (row) => db('api_tokens').insert(row));
    const ofUser = compiled(['user_id', 'note'], (row) => db('api_tokens').where(row).delete());
    this.revocation = (userId, note) => ofUser({ user_id: userId, note });
  }

  /** Makes a token; the secret is returned this once and never stored. */
  async mint(request: TokenRequest): Promise<{ row: ApiTokenRow; token: string }> {
    const token = request.token ?? newToken();
    return { row: await this.#insert(newRow(request, token, 1)), token };
  }

  /** The same as a part of a larger write. */
  minting(request: TokenRequest): { token: string; statement: Statement } {
    const token = request.token ?? newToken();
    return { token, statement: this.#add(newRow(request, token, 1)) };
  }

  /**
   * Takes a token that the operator chose. One that is there already, with the same owner, stays as it is.
   * @returns whether it was added
   * @throws InvalidInputError when it is shorter than 8 characters; ConflictError when somebody else owns it.
   */
  async register(request: TokenRequest & { token: string }): Promise<boolean> {
    if (request.token.length < SHORTEST_GIVEN_TOKEN) {
      throw new InvalidInputError(`cannot use a token of ${request.token.length} characters: because tokens have at least ${SHORTEST_GIVEN_TOKEN}`);
    }
    const known = await this.find(request.token);
    if (known && known[ownerColumn(request.owner)] === request.owner.id) return false;
    if (known) throw new ConflictError(`cannot give the token "${request.note}" to a second owner: because tokens belong to one user or service`);
    await this.#insert(newRow(request, request.token, this.config.JupyterHub.trust_user_provided_tokens ? 1 : SLOW_ROUNDS));
    return true;
  }

  /** The row of a token that has not expired. */
  async find(token: string): Promise<ApiTokenRow | undefined> {
    const rows = await this.reads.all<ApiTokenRow>(
      'SELECT * FROM api_tokens WHERE prefix = ? AND (expires_at IS NULL OR expires_at >= ?)',
      token.slice(0, PREFIX_LENGTH),
      toDbTime(new Date()),
    );
    return rows.find((row) => this.#matches(token, row.hashed));
  }

  /** The row of a token by its id, if it has not expired. */
  async findById(id: number): Promise<ApiTokenRow | undefined> {
    return this.reads.first<ApiTokenRow>('SELECT * FROM api_tokens WHERE id = ? AND (expires_at IS NULL OR expires_at >= ?)', id, toDbTime(new Date()));
  }

  #matches(token: string, hashed: string): boolean {
    if (isFastHash(hashed)) return tokenMatches(token, hashed);
    const digest = createHash('sha256').update(token).digest('base64');
    if (this.#verified.get(digest) === hashed) return true;
    const matches = tokenMatches(token, hashed);
    if (matches && this.#verified.size < MOST_VERIFIED) this.#verified.set(digest, hashed);
    return matches;
  }

  async revoke(id: number): Promise<void> {
    await this.#remove({ id });
  }

  /** Revokes the tokens of an owner that carry this note. */
  async revokeByNote(owner: TokenOwner, note: string): Promise<void> {
    await this.#remove({ [ownerColumn(owner)]: owner.id, note });
  }

  /** Revokes what a browser session was given for servers and services: logging out ends them too. */
  async revokeSession(userId: number, sessionId: string): Promise<void> {
    // a code that is on its way would become a token after the log-out
    await this.db('oauth_codes').where({ user_id: userId, session_id: sessionId }).delete();
    await this.#remove({ user_id: userId, session_id: sessionId });
  }

  /** Revokes what all browser sessions of somebody were given. @returns their ids, as far as they were given anything */
  async revokeSessions(userId: number): Promise<string[]> {
    const ids = async (table: 'oauth_codes' | 'api_tokens') => (await this.db(table).where({ user_id: userId }).whereNotNull('session_id').distinct().pluck('session_id')) as string[];
    const sessions = new Set([...(await ids('oauth_codes')), ...(await ids('api_tokens'))]);
    for (const id of sessions) await this.revokeSession(userId, id);
    return [...sessions];
  }

  /** Revokes every token that one OAuth client holds for one user. */
  async revokeClient(userId: number, clientId: string): Promise<void> {
    await this.#remove({ user_id: userId, client_id: clientId });
  }

  /** One that cannot be kept, because its owner has just gone, must not take the others along. */
  async #insertMany(rows: readonly NewTokenRow[]): Promise<(ApiTokenRow | Error)[]> {
    try {
      const inserted = await insertRows<ApiTokenRow>(this.db, 'api_tokens', rows, 'hashed');
      const byHash = new Map(inserted.map((row) => [row.hashed, row]));
      // nobody can have asked with them yet, so there is nothing in the identity cache to forget
      return rows.map(({ hashed }) => byHash.get(hashed)!);
    } catch (error) {
      if (rows.length === 1) throw error;
      return (await Promise.all(rows.map((row) => this.#insertMany([row]).catch((reason: Error) => [reason])))).flat();
    }
  }

  async #remove(where: Partial<ApiTokenRow>): Promise<void> {
    const removed = await this.db('api_tokens').where(where).delete();
    if (removed) this.cache.bump();
  }
}

const ownerColumn = (owner: TokenOwner) => (owner.kind === 'user' ? 'user_id' : 'service_id');

function newRow({ owner, note, scopes, clientId = API_CLIENT, sessionId = null, expiresAt = null }: TokenRequest, token: string, rounds: number): NewTokenRow {
  return {
    user_id: owner.kind === 'user' ? owner.id : null,
    service_id: owner.kind === 'service' ? owner.id : null,
    hashed: hashToken(token, rounds),
    prefix: token.slice(0, PREFIX_LENGTH),
    client_id: clientId,
    session_id: sessionId,
    created: toDbTime(new Date()),
    expires_at: expiresAt && toDbTime(expiresAt),
    note,
    scopes: toDbJson(scopes),
  };
}
