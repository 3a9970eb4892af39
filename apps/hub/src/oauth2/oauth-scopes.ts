import { accessScope, identifyScopes, resolveScopes, type ScopeClient, type ScopeDefinitions, ScopeError, validateScope } from '#scopes';
import { AuthorizeRefusedError } from './oauth-error.js';

/** A request of old clients that means nothing any more. */
const LEGACY_IDENTIFY = 'identify';

export interface ScopeDecision {
  definitions: ScopeDefinitions;
  user: string;
  client: ScopeClient;
  /** The most the client may have, as registered. */
  allowed: readonly string[];
  /** Raw scopes of the user's roles. */
  userScopes: readonly string[];
  roleScopes: ReadonlyMap<string, readonly string[]>;
}

/**
 * What a client gets on behalf of a user: what it asks for (by default all it may), within what it may and what the user holds
 * (reference rest-api 5.5).
 * @throws AuthorizeRefusedError `invalid_scope`
 */
export function grantedScopes(requested: readonly string[], decision: ScopeDecision): string[] {
  const { definitions, user, client, allowed, userScopes } = decision;
  const always = [...identifyScopes(), ...[accessScope(client)].filter((scope) => scope !== undefined)];
  const wanted = requested.length > 0 ? named(requested, decision) : allowed;
  const context = { definitions, owner: { kind: 'user', name: user } as const, client };
  const withinClient = resolveScopes({ requested: [...wanted, ...always], held: [...allowed, ...always], ...context });
  if (withinClient.disallowed.length > 0) throw new AuthorizeRefusedError('invalid_scope');
  return resolveScopes({ requested: withinClient.allowed, held: [...userScopes, 'inherit', ...always], ...context }).allowed;
}

/** Scopes as they are; or, when they are no scopes, all of them as names of roles. */
function named(requested: readonly string[], { definitions, roleScopes }: ScopeDecision): string[] {
  const scopes = requested.filter((scope) => scope !== LEGACY_IDENTIFY);
  if (scopes.every((scope) => isScope(scope, definitions))) return scopes;
  if (!scopes.every((scope) => roleScopes.has(scope))) throw new AuthorizeRefusedError('invalid_scope');
  return scopes.flatMap((role) => [...roleScopes.get(role)!]);
}

function isScope(scope: string, definitions: ScopeDefinitions): boolean {
  try {
    validateScope(scope, definitions);
    return true;
  } catch (error) {
    if (error instanceof ScopeError) return false;
    throw error;
  }
}
