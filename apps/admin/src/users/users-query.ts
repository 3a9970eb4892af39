import type { ListUsersOptions } from '#hub-client/client';

const STATES = ['active', 'ready', 'failed', 'inactive'] as const;
const SORTS = ['name', 'last_activity', 'id'];

/** What the list of users is asked for; it stands in the address. */
export interface UsersQuery {
  /** Part of a name; '' for all. */
  search: string;
  state: (typeof STATES)[number] | '';
  sort: string;
  offset: number;
}

/** Reads a query from an address; what makes no sense is left out. */
export function usersQueryOf(params: URLSearchParams): UsersQuery {
  const sort = params.get('sort') ?? '';
  const offset = Number(params.get('offset'));
  return {
    search: params.get('q') ?? '',
    state: STATES.find((state) => state === params.get('state')) ?? '',
    sort: SORTS.includes(sort.replace(/^-/, '')) ? sort : 'name',
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  };
}

/** Writes a query for an address; what is as usual is left out. */
export function searchOf({ search, state, sort, offset }: UsersQuery): URLSearchParams {
  const given = Object.entries({ q: search, state, sort: sort === 'name' ? '' : sort, offset: offset > 0 ? String(offset) : '' });
  return new URLSearchParams(given.filter(([, value]) => value));
}

/** The same for the hub. % and _ are wildcards there, and nobody who types them means that: they are left to match anything. */
export function requestOf({ search, state, sort, offset }: UsersQuery, limit: number): ListUsersOptions & { offset: number } {
  return { ...(search && { name_filter: search }), ...(state && { state }), sort, offset, limit, include_stopped_servers: true };
}
