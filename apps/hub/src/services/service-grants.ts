import { DEFAULT_ROLES, resolveScopes, type ScopeDefinitions, ScopeError, validateScope } from '#scopes';
import { InvalidInputError } from '../errors.js';
import { type Caller, ownerOf } from '../identity/caller.js';
import type { ServiceSpec } from './service-spec.js';

/**
 * Nobody gives a service more than they have: `admin` and the scopes of its OAuth client must be held by who creates it.
 * @throws InvalidInputError
 */
export function requireHeld(spec: ServiceSpec, caller: Caller, definitions: ScopeDefinitions): void {
  const adminScopes = DEFAULT_ROLES.find(({ name }) => name === 'admin')!.scopes;
  const requested = [...(spec.admin ? adminScopes : []), ...(spec.oauth_client_allowed_scopes ?? [])];
  requireKnown(requested, spec.name, definitions);
  const { disallowed } = resolveScopes({ requested, held: caller.scopes, definitions, owner: ownerOf(caller) });
  if (disallowed.length === 0) return;
  const who = `${caller.kind === 'user' ? 'User' : 'Service'} ${caller.name}`;
  throw new InvalidInputError(`Not assigning requested scopes ${disallowed.join(', ')} not held by ${who}`);
}

/** @throws InvalidInputError that names the first scope that does not exist */
export function requireKnown(scopes: readonly string[], service: string, definitions: ScopeDefinitions): void {
  try {
    for (const scope of scopes) validateScope(scope, definitions, `service ${service}`);
  } catch (error) {
    if (error instanceof ScopeError) throw new InvalidInputError(error.message, { cause: error });
    throw error;
  }
}
