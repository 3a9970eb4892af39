import type { ListUsersOptions } from '#hub-client/client';

const SHOWN = ['active', 'ready', 'failed', 'all'] as const;

/** What the list of servers is asked for; it stands in the address. */
export interface ServersQuery {
  /** Part of a user's name; '' for all. */
  search: string;
  shown: (typeof SHOWN)[number];
  offset: number;
}

/** Reads a query from an address; what makes no sense is left out. */
export function serversQueryOf(params: URLSearchParams): ServersQuery {
  const offset = Number(params.get('offset'));
  return {
    search: params.get('q') ?? '',
    shown: SHOWN.find((shown) => shown === params.get('show')) ?? 'active',
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  };
}

/** Writes a query for an address; what is as usual is left out. */
export function searchOf({ search, shown, offset }: ServersQuery): URLSearchParams {
  const given = Object.entries({ q: search, show: shown === 'active' ? '' : shown, offset: offset > 0 ? String(offset) : '' });
  return new URLSearchParams(given.filter(([, value]) => value));
}

/** The hub lists users, with their servers: a page is one of users. */
export function requestOf({ search, shown, offset }: ServersQuery, limit: number): ListUsersOptions & { offset: number } {
  const state = shown === 'all' ? {} : { state: shown };
  return { ...(search && { name_filter: search }), ...state, sort: 'name', offset, limit, include_stopped_servers: shown === 'all' || shown === 'failed' };
}
