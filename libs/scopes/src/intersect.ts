import { printScopes } from './parse.js';
import { reachesUser, userOfServer } from './reach.js';
import type { FilterKind, GroupsOf, ParsedScopes, ScopeFilters } from './types.js';

const NO_NAMES: ReadonlySet<string> = new Set();

const common = (a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> => {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  const both = new Set<string>();
  for (const name of few) if (many.has(name)) both.add(name);
  return both;
};

/** Names both sides have, and names of one side that the other side reaches by user or group. */
const narrowed = (kind: 'user' | 'server', a: ScopeFilters, b: ScopeFilters, groupsOf?: GroupsOf): Set<string> => {
  const left = a.get(kind) ?? NO_NAMES;
  const right = b.get(kind) ?? NO_NAMES;
  const names = common(left, right);
  const user = kind === 'user' ? (name: string) => name : userOfServer;
  for (const name of left) if (!names.has(name) && reachesUser(b, user(name), groupsOf)) names.add(name);
  for (const name of right) if (!names.has(name) && reachesUser(a, user(name), groupsOf)) names.add(name);
  return names;
};

const intersectFilters = (a: ScopeFilters, b: ScopeFilters, groupsOf?: GroupsOf): ScopeFilters => {
  const filters: [FilterKind, ReadonlySet<string>][] = [
    ['user', narrowed('user', a, b, groupsOf)],
    ['server', narrowed('server', a, b, groupsOf)],
    ['group', common(a.get('group') ?? NO_NAMES, b.get('group') ?? NO_NAMES)],
    ['service', common(a.get('service') ?? NO_NAMES, b.get('service') ?? NO_NAMES)],
  ];
  return new Map(filters.filter(([, names]) => names.size > 0));
};

const remembered = (groupsOf: GroupsOf): GroupsOf => {
  const known = new Map<string, Iterable<string>>();
  return (user) => {
    const groups = known.get(user) ?? [...groupsOf(user)];
    known.set(user, groups);
    return groups;
  };
};

/**
 * What both sides permit. A server survives when the other side has its user, a user or server when the other side has one of the
 * user's groups; groups and services survive by equal name only.
 * @param groupsOf asked once per user; without it group filters meet group filters only, as in JupyterHub's clients
 */
export const intersectScopes = (a: ParsedScopes, b: ParsedScopes, groupsOf?: GroupsOf): ParsedScopes => {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  const lookUp = groupsOf && remembered(groupsOf);
  const both = new Map<string, 'all' | ScopeFilters>();
  for (const [base, left] of few) {
    const right = many.get(base);
    if (right === undefined) continue;
    const filters = left === 'all' ? right : right === 'all' ? left : intersectFilters(left, right, lookUp);
    if (filters === 'all' || filters.size > 0) both.set(base, filters);
  }
  return both;
};

/** The scopes of `wanted` that `held` does not fully cover, as sorted strings. */
export const missingScopes = (wanted: ParsedScopes, held: ParsedScopes, groupsOf?: GroupsOf): string[] => {
  const covered = new Set(printScopes(intersectScopes(wanted, held, groupsOf)));
  return printScopes(wanted).filter((scope) => !covered.has(scope));
};
