import type { GroupsOf, ScopeFilters } from './types.js';

/** The user part of `user/server`; user names have no slash. */
export const userOfServer = (server: string): string => {
  const slash = server.indexOf('/');
  return slash < 0 ? server : server.slice(0, slash);
};

/** Whether filters reach a user, and all that is theirs: by name, or by one of the user's groups. */
export const reachesUser = (filters: ScopeFilters, user: string, groupsOf?: GroupsOf): boolean => {
  if (filters.get('user')?.has(user)) return true;
  const groups = filters.get('group');
  if (!groups || !groupsOf) return false;
  for (const group of groupsOf(user)) if (groups.has(group)) return true;
  return false;
};
