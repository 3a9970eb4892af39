import { InvalidInputError } from '../errors.js';
import type { HubRequest } from './hub-request.js';

const ENVELOPE_TYPE = 'application/jupyterhub-pagination+json';

export interface PageRequest {
  offset: number;
  limit: number;
  /** The client asked for `{items, _pagination}`. */
  envelope: boolean;
  /** Absolute URL of the request without its query, and the query. */
  url: string;
  query: URLSearchParams;
}

export interface PageLimits {
  api_page_default_limit: number;
  api_page_max_limit: number;
}

/**
 * Reads `offset` and `limit` (reference rest-api 1.0, Pagination).
 * @throws InvalidInputError when either is no integer.
 */
export function pageRequest(request: HubRequest, limits: PageLimits): PageRequest {
  const accepted = String(request.headers.accept ?? '').split(',');
  const envelope = accepted.some((type) => type.trim().toLowerCase() === ENVELOPE_TYPE);
  const [path, queryText = ''] = request.originalUrl.split('?');
  const query = new URLSearchParams(queryText);
  const limit = integer(query.get('limit')) ?? (envelope ? limits.api_page_default_limit : limits.api_page_max_limit);
  return {
    offset: Math.abs(integer(query.get('offset')) ?? 0),
    limit: Math.max(1, Math.min(Math.abs(limit), limits.api_page_max_limit)),
    envelope,
    url: `${schemeOf(request)}://${request.headers.host ?? 'localhost'}${path}`,
    query,
  };
}

function integer(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text)) throw new InvalidInputError('Invalid argument type, offset and limit must be integers');
  return Number(text);
}

/** The scheme the browser used, as the outermost proxy reports it. */
export function schemeOf(request: HubRequest): 'http' | 'https' {
  const forwarded = request.headers['x-scheme'] ?? request.headers['x-forwarded-proto'];
  const scheme = String(forwarded ?? '').split(',')[0]!.trim().toLowerCase();
  return scheme === 'https' || scheme === 'http' ? scheme : 'http';
}

/** One page of `items`: as they are, or in the envelope. */
export function paginated<T>(items: T, total: number, page: PageRequest): T | { items: T; _pagination: object } {
  return page.envelope ? enveloped(items, total, page) : items;
}

/** One page of `items` in the envelope, with the address of the next page: lists of shares have it whether asked for or not. */
export function enveloped<T>(items: T, total: number, page: PageRequest): { items: T; _pagination: object } {
  const { offset, limit } = page;
  const nextOffset = offset + limit;
  const next = nextOffset < total ? { offset: nextOffset, limit, url: pageUrl(page, nextOffset) } : null;
  return { items, _pagination: { offset, limit, total, next } };
}

function pageUrl({ url, query, limit }: PageRequest, offset: number): string {
  const next = new URLSearchParams(query);
  next.set('offset', String(offset));
  next.set('limit', String(limit));
  return `${url}?${next}`;
}
