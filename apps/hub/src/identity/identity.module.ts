import { Global, Module } from '@nestjs/common';
import { Activity } from './activity.js';
import { CallerResolver } from './caller-resolver.js';
import { CryptKeeper } from './crypt-keeper.js';
import { EffectiveScopes } from './effective-scopes.js';
import { EndedCallers } from './ended-callers.js';
import { EndedSessions } from './ended-sessions.js';
import { GrantsRepository } from './grants.repository.js';
import { IdentityCache } from './identity-cache.js';
import { OAuthClients } from './oauth-clients.js';
import { RefusedTokens } from './refused-tokens.js';
import { RolesRepository } from './roles.repository.js';
import { SCOPE_DEFINITIONS, scopeDefinitionsProvider } from './scope-definitions.js';
import { StoredAuthStates } from './stored-auth-states.js';
import { TokenStore } from './token-store.js';

const EXPORTED = [Activity, CallerResolver, CryptKeeper, EffectiveScopes, EndedCallers, EndedSessions, GrantsRepository, IdentityCache, OAuthClients, RefusedTokens, RolesRepository, StoredAuthStates, TokenStore];

/** Who asks and what they may do; every resource needs it. */
@Global()
@Module({ providers: [...EXPORTED, scopeDefinitionsProvider], exports: [...EXPORTED, SCOPE_DEFINITIONS] })
export class IdentityModule {}
