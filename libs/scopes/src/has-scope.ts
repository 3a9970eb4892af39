import { reachesUser, userOfServer } from './reach.js';
import type { GroupsOf, ParsedScopes, Resource, ScopeFilters } from './types.js';

const reaches = (filters: ScopeFilters, { kind, name }: Resource, groupsOf?: GroupsOf): boolean => {
  if (filters.get(kind)?.has(name)) return true;
  if (kind === 'user') return reachesUser(filters, name, groupsOf);
  return kind === 'server' && reachesUser(filters, userOfServer(name), groupsOf);
};

/**
 * Whether these scopes permit `base` on the resource: by its name, by the user whose server it is, or by a group of that user.
 * Without a resource any form of the scope will do, for lists whose rows are filtered later.
 * @param groupsOf asked once at most; without it group filters match groups only
 */
export const hasScope = (parsed: ParsedScopes, base: string, resource?: Resource, groupsOf?: GroupsOf): boolean => {
  const filters = parsed.get(base);
  if (filters === undefined) return false;
  return filters === 'all' || resource === undefined || reaches(filters, resource, groupsOf);
};

/** Whether the scope is held without any filter, as routes that concern no single resource need it. */
export const hasUnfilteredScope = (parsed: ParsedScopes, base: string): boolean => parsed.get(base) === 'all';
