import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  expandParsed,
  listedScopes,
  missingScopes,
  type Owner,
  type ParsedScopes,
  printScopes,
  type ScopeDefinitions,
  ScopeError,
  validateScope,
} from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { UserRow } from '../database/tables.js';
import { InvalidInputError, NotFoundError } from '../errors.js';
import { Activity } from '../identity/activity.js';
import type { Caller } from '../identity/caller.js';
import { EffectiveScopes } from '../identity/effective-scopes.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { API_CLIENT, API_CLIENT_NAME, TokenStore } from '../identity/token-store.js';
import type { TokenRequestBody } from './token-request.js';
import { expiryOf } from './token-request.js';
import { type TokenModel, tokenModel, tokenRowId } from './token.model.js';
import { TokensRepository, type TokenWithClient } from './tokens.repository.js';

const log = new Logger('tokens');

type TokenUser = Pick<UserRow, 'id' | 'name'>;

/** Tokens of users: made, listed, revoked (reference rest-api 1.4). */
@Injectable()
export class TokensService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly tokens: TokensRepository,
    private readonly store: TokenStore,
    private readonly effective: EffectiveScopes,
    private readonly activity: Activity,
    private readonly cache: IdentityCache,
  ) {}

  /** Living tokens, the longest unused first. */
  async list(user: TokenUser): Promise<TokenModel[]> {
    const rows = await this.tokens.ofUser(user.id);
    const sortKey = (row: TokenWithClient) => this.activity.latest('api_tokens', row.id, row.last_activity) ?? row.created ?? '';
    rows.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const held = await this.effective.ofOwner({ kind: 'user', id: user.id, name: user.name });
    return Promise.all(rows.map((row) => this.#model(row, user, held)));
  }

  /** @throws NotFoundError for a token that is not this user's */
  async get(user: TokenUser, id: string): Promise<TokenModel> {
    return this.#model(await this.#find(user, id), user);
  }

  /**
   * Makes a token that can do no more than its owner.
   * @param by who asks for it
   * @throws InvalidInputError for scopes or roles that do not exist or that the owner does not hold, or too long a life
   */
  async create(user: TokenUser, request: TokenRequestBody, by: Pick<Caller, 'kind' | 'name'>): Promise<TokenModel & { token: string }> {
    const owner = { kind: 'user', id: user.id, name: user.name } as const;
    const [scopes, held] = await Promise.all([request.scopes ?? this.#scopesOfRoles(request.roles ?? ['token']), this.effective.ofOwner(owner)]);
    await this.#requireHeld(scopes, owner, held);
    const expiresAt = expiryOf(request.expiresIn, this.config.JupyterHub.token_expires_in_max_seconds);
    const note = request.note ?? `Requested via api${by.kind === 'user' && by.name === user.name ? '' : ` by ${by.kind} ${by.name}`}`;
    const { row, token } = await this.store.mint({ owner, note, scopes, expiresAt });
    log.log(`New token a${row.id} for user ${user.name}, requested by ${by.kind} ${by.name}`);
    return { ...(await this.#model({ ...row, client_name: API_CLIENT_NAME }, user, held)), token };
  }

  /** Revokes a token; one issued by OAuth takes all of this user's tokens for that client with it. */
  async revoke(user: TokenUser, id: string): Promise<void> {
    const row = await this.#find(user, id);
    if (row.client_id && row.client_id !== API_CLIENT) await this.store.revokeClient(user.id, row.client_id);
    else await this.store.revoke(row.id);
    log.log(`Revoked token ${id} of user ${user.name}`);
  }

  /** Deletes what has expired; a step of the purge loop. */
  async purgeExpired(): Promise<void> {
    const gone = await this.tokens.purgeExpired(new Date());
    if (gone > 0) {
      this.cache.bump();
      log.log(`Deleted ${gone} expired tokens`);
    }
  }

  async #find(user: TokenUser, id: string): Promise<TokenWithClient> {
    const rowId = tokenRowId(id);
    const row = rowId === undefined ? undefined : await this.tokens.one(user.id, rowId);
    if (!row) throw new NotFoundError(`No such token ${id} for user ${user.name}`);
    return row;
  }

  async #model(row: TokenWithClient, user: TokenUser, held?: ParsedScopes): Promise<TokenModel> {
    const scopes = await this.effective.ofToken(row, { kind: 'user', id: user.id, name: user.name }, held);
    const lastActivity = this.activity.latest('api_tokens', row.id, row.last_activity);
    return tokenModel({ row, userName: user.name, scopes: listedScopes(printScopes(scopes)), lastActivity, clientName: row.client_name || row.client_id || '' });
  }

  async #scopesOfRoles(roles: readonly string[]): Promise<string[]> {
    const scopes: string[] = [];
    for (const role of roles) {
      const found = await this.tokens.roleScopes(role);
      if (!found) throw new InvalidInputError(`No such role: ${role}`);
      scopes.push(...found);
    }
    return scopes;
  }

  async #requireHeld(scopes: readonly string[], owner: Owner, held: ParsedScopes): Promise<void> {
    for (const scope of scopes) this.#requireValid(scope);
    const wanted = expandParsed(scopes.filter((scope) => scope !== 'inherit'), { definitions: this.definitions, owner });
    const excess = missingScopes(wanted, await this.effective.cut(wanted, held));
    if (excess.length > 0) throw new InvalidInputError(`Not assigning requested scopes ${excess.join(',')} not held by User ${owner.name}`);
  }

  #requireValid(scope: string): void {
    try {
      validateScope(scope, this.definitions);
    } catch (error) {
      throw error instanceof ScopeError ? new InvalidInputError(error.message, { cause: error }) : error;
    }
  }
}
