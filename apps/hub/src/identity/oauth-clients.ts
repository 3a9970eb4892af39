import { Inject, Injectable } from '@nestjs/common';
import { compiled } from '../database/compiled.js';
import { DATABASE, type Database } from '../database/database.js';
import type { OAuthClientRow } from '../database/tables.js';
import { toDbJson } from '../database/values.js';
import { type Statement, type Writes, writesTo } from '../database/writes.js';
import { IdentityCache } from './identity-cache.js';
import { hashToken, SLOW_ROUNDS } from './token-hash.js';
import { API_CLIENT } from './token-store.js';

export interface OAuthClientSpec {
  identifier: string;
  /** The API token of the server or service, in clear; stored hashed. */
  secret: string;
  /** The secret is random and was made here, so that a fast hash is safe. */
  secretIsGenerated?: boolean;
  redirectUri: string;
  description: string;
  allowedScopes: readonly string[];
}

const COLUMNS = ['identifier', 'secret', 'redirect_uri', 'description', 'allowed_scopes'] as const;

/** Servers and services as OAuth clients of the hub (reference rest-api 5.1). */
@Injectable()
export class OAuthClients {
  /** Removes a client with its tokens and codes, as a part of a larger write; the identity cache has to be told after it. */
  readonly removal: (identifier: string) => Statement;
  readonly #writes: Writes;
  readonly #upsert;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    private readonly cache: IdentityCache,
  ) {
    this.#writes = writesTo(db);
    this.#upsert = compiled(COLUMNS, (row) => db('oauth_clients').insert(row).onConflict('identifier').merge());
    const remove = compiled(['identifier'], (row) => db('oauth_clients').where(row).delete());
    this.removal = (identifier) => remove({ identifier });
  }

  async find(identifier: string): Promise<OAuthClientRow | undefined> {
    return this.db('oauth_clients').where({ identifier }).first();
  }

  async upsert(spec: OAuthClientSpec): Promise<void> {
    await this.#writes.run(this.upsertion(spec));
  }

  /** The same as a part of a larger write. */
  upsertion(spec: OAuthClientSpec): Statement {
    return this.#upsert({
      identifier: spec.identifier,
      secret: hashToken(spec.secret, spec.secretIsGenerated ? 1 : SLOW_ROUNDS),
      redirect_uri: spec.redirectUri,
      description: spec.description,
      allowed_scopes: toDbJson(spec.allowedScopes),
    });
  }

  /** Takes the client's tokens and codes with it. */
  async remove(identifier: string): Promise<void> {
    await this.#writes.run(this.removal(identifier));
    this.cache.bump();
  }

  /** Every token made through the API points to this client, so it must always be there. */
  async ensureApiClient(): Promise<void> {
    const row = { identifier: API_CLIENT, secret: '', redirect_uri: '', description: 'JupyterHub', allowed_scopes: '[]' };
    await this.db('oauth_clients').insert(row).onConflict('identifier').ignore();
  }
}
