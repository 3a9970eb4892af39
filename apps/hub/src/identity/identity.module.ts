import { Global, Module } from '@nestjs/common';
import { Activity } from './activity.js';
import { AuthStates } from './auth-states.js';
import { CallerResolver } from './caller-resolver.js';
import { CryptKeeper } from './crypt-keeper.js';
import { EffectiveScopes } from './effective-scopes.js';
import { EndedCallers } from './ended-callers.js';
import { EndedSessions } from './ended-sessions.js';
import { GrantsRepository } from './grants.repository.js';
import { IdentityCache } from './identity-cache.js';
import { LoginFreshness } from './login-freshness.js';
import { ManagedRolesRepository } from './managed-roles.repository.js';
import { OAuthClients } from './oauth-clients.js';
import { RefusedTokens } from './refused-tokens.js';
import { RolesRepository } from './roles.repository.js';
import { SecretBox } from './secret-box.js';
import { SCOPE_DEFINITIONS, scopeDefinitionsProvider } from './scope-definitions.js';
import { TokenStore } from './token-store.js';

const EXPORTED = [Activity, AuthStates, CallerResolver, CryptKeeper, EffectiveScopes, EndedCallers, EndedSessions, GrantsRepository, IdentityCache, LoginFreshness, ManagedRolesRepository, OAuthClients, RefusedTokens, RolesRepository, SecretBox, TokenStore];

/** Who asks and what they may do; every resource needs it. */
@Global()
@Module({ providers: [...EXPORTED, scopeDefinitionsProvider], exports: [...EXPORTED, SCOPE_DEFINITIONS] })
export class IdentityModule {}
