import { Injectable } from '@nestjs/common';
import { hasScope, hasUnfilteredScope, type ParsedScopes, type Resource } from '#scopes';
import { HiddenError, NotAllowedError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { GrantsRepository } from '../identity/grants.repository.js';
import type { HubRequest } from './hub-request.js';
import { resourceOf } from './resource.js';

/** Whether a caller holds a scope on a resource (reference rest-api 3.6). */
@Injectable()
export class ScopeCheck {
  constructor(private readonly grants: GrantsRepository) {}

  /** True if the caller holds any of the scopes on the resource; without a resource, unfiltered. */
  async holds(caller: Pick<Caller, 'parsed'>, anyOf: readonly string[], resource?: Resource): Promise<boolean> {
    if (!resource) return anyOf.some((scope) => hasUnfilteredScope(caller.parsed, scope));
    if (anyOf.some((scope) => hasScope(caller.parsed, scope, resource))) return true;
    const owner = ownerName(resource);
    if (owner === undefined || !anyOf.some((scope) => hasGroupFilter(caller.parsed, scope))) return false;
    const groups = (await this.grants.groupsByUser([owner])).get(owner) ?? [];
    return anyOf.some((scope) => hasScope(caller.parsed, scope, resource, () => groups));
  }

  /**
   * @throws HiddenError when the caller holds a filtered form of a scope, whether or not the resource exists, so that
   * existence does not leak; NotAllowedError otherwise.
   */
  async require(caller: Caller, anyOf: readonly string[], resource?: Resource): Promise<void> {
    if (await this.holds(caller, anyOf, resource)) return;
    if (resource && anyOf.some((scope) => caller.parsed.has(scope))) throw new HiddenError('No access to resources or resources not found');
    throw new NotAllowedError(`Action is not authorized with current scopes; requires any of [${anyOf.join(', ')}]`);
  }

  /**
   * What the rule of a request's route asks of a caller, where it asks for scopes.
   * @throws as `require`
   */
  async requireRule(caller: Caller, request: HubRequest): Promise<void> {
    const { rule } = request;
    if ((rule?.kind !== 'scope' && rule?.kind !== 'login') || (rule.kind === 'login' && rule.anyOf.length === 0)) return;
    if (rule.kind === 'scope' && rule.list) this.requireAnyForm(caller, rule.anyOf);
    else await this.require(caller, rule.anyOf, resourceOf(request));
  }

  /** For lists: any form of one of the scopes will do. */
  requireAnyForm(caller: Caller, anyOf: readonly string[]): void {
    if (anyOf.some((scope) => caller.parsed.has(scope))) return;
    throw new NotAllowedError(`Action is not authorized with current scopes; requires any of [${anyOf.join(', ')}]`);
  }
}

function ownerName({ kind, name }: Resource): string | undefined {
  if (kind === 'user') return name;
  return kind === 'server' ? name.slice(0, name.indexOf('/')) : undefined;
}

function hasGroupFilter(parsed: ParsedScopes, scope: string): boolean {
  const filters = parsed.get(scope);
  return filters !== undefined && filters !== 'all' && filters.has('group');
}
