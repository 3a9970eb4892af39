import type { ParsedScopes } from '#scopes';
import type { PageRequest } from '../http/pagination.js';
import { InvalidInputError, NotAllowedError } from '../errors.js';
import type { UserQuery, UserSort, UserState } from './user-selection.js';

const STATES: readonly string[] = ['active', 'ready', 'inactive', 'failed'] satisfies UserState[];
const SORTS: readonly string[] = ['id', 'name', 'last_activity'] satisfies UserSort[];

/**
 * Reads the query of `GET users` (reference rest-api 1.3) and limits it to whom the caller may list.
 * @throws InvalidInputError for an unknown state or sort; NotAllowedError for a filter that no list understands
 */
export function userListQuery(page: PageRequest, scopes: ParsedScopes): UserQuery {
  const state = page.query.get('state') || undefined;
  if (state !== undefined && !STATES.includes(state)) throw new InvalidInputError(`Unrecognized state filter: '${state}'`);
  const sort = page.query.get('sort') || 'id';
  const column = sort.replace(/^-/, '');
  if (!SORTS.includes(column)) throw new InvalidInputError(`sort must be 'id', 'name', or 'last_activity', not '${sort}'`);
  return {
    state: state as UserState | undefined,
    nameFilter: page.query.get('name_filter') || undefined,
    sort: column as UserSort,
    descending: sort.startsWith('-'),
    within: listable(scopes),
    offset: page.offset,
    limit: page.limit,
    counted: page.envelope,
  };
}

function listable(scopes: ParsedScopes): UserQuery['within'] {
  const filters = scopes.get('list:users');
  if (filters === 'all' || filters === undefined) return undefined;
  if ([...filters.keys()].some((kind) => kind !== 'user' && kind !== 'group')) throw new NotAllowedError('Forbidden');
  return { users: [...(filters.get('user') ?? [])], groups: [...(filters.get('group') ?? [])] };
}

/** How routes describe it. */
export const STOPPED_QUERY = { include_stopped_servers: 'Show servers that do not run, too' };

/** `?include_stopped_servers` in any form but `0` and `false`. */
export function includesStopped(query: URLSearchParams): boolean {
  const value = query.get('include_stopped_servers');
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}
