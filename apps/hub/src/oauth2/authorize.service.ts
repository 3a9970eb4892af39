import { Inject, Injectable } from '@nestjs/common';
import { type ScopeClient, type ScopeDefinitions } from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { OAuthClientRow } from '../database/tables.js';
import { fromDbJson } from '../database/values.js';
import { NotAllowedError } from '../errors.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { GrantsRepository } from '../identity/grants.repository.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { newOAuthSecret } from '../identity/token-hash.js';
import { answerAt, type AuthorizeRequest, checkResponse, readAuthorizeRequest, redirectTarget } from './authorize-request.js';
import { AuthorizeRefusedError, InvalidAuthorizeRequestError } from './oauth-error.js';
import { grantedScopes } from './oauth-scopes.js';
import { type ClientOwner, OAuthRepository } from './oauth.repository.js';

const CODE_LIFE_SECONDS = 300;

/** What the confirmation page shows. */
export interface ConfirmRequest {
  clientName: string;
  scopes: string[];
}

/** `code`: a code was issued, which the redirect takes along. */
export type AuthorizeOutcome = { redirect: string; code?: true } | { confirm: ConfirmRequest };

interface Prepared {
  request: AuthorizeRequest;
  client: OAuthClientRow;
  owner: ClientOwner;
  redirectUri: string;
  scopes: string[];
}

/** The authorization endpoint: the steps of reference rest-api 5.3, in its order. */
@Injectable()
export class AuthorizeService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly clients: OAuthClients,
    private readonly rows: OAuthRepository,
    private readonly grants: GrantsRepository,
    private readonly scopeCheck: ScopeCheck,
  ) {}

  /** A browser arrives: straight back with a code, or first the question whether that is all right. */
  async begin(query: URLSearchParams, caller: Caller): Promise<AuthorizeOutcome> {
    return this.#answered(query, async (request, client, redirectUri) => {
      const prepared = await this.#prepare(request, client, redirectUri, request.scopes, caller);
      if (await this.#needsConfirmation(prepared, caller)) {
        return { confirm: { clientName: client.description || client.identifier, scopes: prepared.scopes } };
      }
      return { redirect: await this.#issueCode(prepared, caller), code: true };
    });
  }

  /** The person said yes to these scopes. */
  async confirm(query: URLSearchParams, confirmed: readonly string[], caller: Caller): Promise<AuthorizeOutcome> {
    return this.#answered(query, async (request, client, redirectUri) => {
      const scopes = confirmed.length > 0 ? [...confirmed] : ['identify'];
      return { redirect: await this.#issueCode(await this.#prepare(request, client, redirectUri, scopes, caller), caller), code: true };
    });
  }

  /** Errors before the redirect URI is known to be good are thrown; later ones are answered there. */
  async #answered(
    query: URLSearchParams,
    respond: (request: AuthorizeRequest, client: OAuthClientRow, redirectUri: string) => Promise<AuthorizeOutcome>,
  ): Promise<AuthorizeOutcome> {
    const request = readAuthorizeRequest(query);
    const client = await this.clients.find(request.clientId);
    if (!client?.secret) throw new InvalidAuthorizeRequestError('Invalid client_id parameter value.');
    const redirectUri = redirectTarget(request, client.redirect_uri);
    try {
      checkResponse(request, this.config.JupyterHub.oauth_require_pkce);
      return await respond(request, client, redirectUri);
    } catch (error) {
      if (!(error instanceof AuthorizeRefusedError)) throw error;
      return { redirect: answerAt(redirectUri, request, { error: error.error, error_description: error.description }) };
    }
  }

  async #prepare(request: AuthorizeRequest, client: OAuthClientRow, redirectUri: string, requested: string[], caller: Caller): Promise<Prepared> {
    const owner = await this.rows.clientOwner(request.clientId);
    if (!owner) throw new Error(`cannot authorize ${request.clientId}: because this OAuth client belongs to no server or service`);
    const scopes = grantedScopes(requested, {
      definitions: this.definitions,
      user: caller.name,
      client: scopeClient(owner),
      allowed: fromDbJson<string[]>(client.allowed_scopes, []),
      userScopes: await this.grants.rawScopes(caller),
      roleScopes: await this.rows.rolesScopes(requested),
    });
    await this.#requireAccess(owner, client, caller);
    return { request, client, owner, redirectUri, scopes };
  }

  async #requireAccess(owner: ClientOwner, client: OAuthClientRow, caller: Caller): Promise<void> {
    const allowed =
      owner.kind === 'server'
        ? await this.scopeCheck.holds(caller, ['access:servers'], { kind: 'server', name: `${owner.user}/${owner.server}` })
        : await this.scopeCheck.holds(caller, ['access:services'], { kind: 'service', name: owner.name });
    if (!allowed) throw new NotAllowedError(`You do not have permission to access ${client.description || client.identifier}`);
  }

  async #needsConfirmation({ owner, client, scopes }: Prepared, caller: Caller): Promise<boolean> {
    if (owner.kind === 'server' ? owner.userId === caller.id : owner.noConfirm) return false;
    const before = await this.rows.grantedBefore(caller.id, client.identifier);
    return before.size === 0 || !scopes.every((scope) => before.has(scope));
  }

  async #issueCode({ request, client, redirectUri, scopes }: Prepared, caller: Caller): Promise<string> {
    const code = newOAuthSecret();
    await this.rows.saveCode({
      client_id: client.identifier,
      code,
      expires_at: Math.floor(Date.now() / 1000) + CODE_LIFE_SECONDS,
      redirect_uri: redirectUri,
      session_id: caller.session?.id ?? null,
      user_id: caller.id,
      scopes,
      code_challenge: request.codeChallenge ?? null,
      code_challenge_method: request.codeChallenge ? (request.codeChallengeMethod ?? 'plain') : null,
    });
    return answerAt(redirectUri, request, { code });
  }
}

const scopeClient = (owner: ClientOwner): ScopeClient => (owner.kind === 'server' ? { server: `${owner.user}/${owner.server}` } : { service: owner.name });
