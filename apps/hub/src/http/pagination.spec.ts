import { expect, test } from 'vitest';
import type { HubRequest } from './hub-request.js';
import { pageRequest, paginated } from './pagination.js';

const limits = { api_page_default_limit: 5, api_page_max_limit: 20 };
const envelope = { accept: 'text/html, Application/JupyterHub-Pagination+json' };

const page = (query: string, headers: Record<string, string> = {}) =>
  pageRequest({ originalUrl: `/hub/api/users${query}`, headers: { host: 'hub:8000', ...headers } } as unknown as HubRequest, limits);

test.each([
  ['', {}, 0, 20],
  ['', envelope, 0, 5],
  ['?limit=3&offset=2', {}, 2, 3],
  ['?limit=-3&offset=-2', {}, 2, 3],
  ['?limit=0', {}, 0, 1],
  ['?limit=999', {}, 0, 20],
  ['?limit=&offset=', {}, 0, 20],
])('%s with %j', (query, headers, offset, limit) => {
  expect(page(query, headers)).toMatchObject({ offset, limit });
});

test.each(['?limit=many', '?offset=1.5', '?limit=1e3', '?offset=99999999999999999999'])('%s is refused', (query) => {
  expect(() => page(query)).toThrow('offset and limit must be integers');
});

test('the envelope is asked for by exactly its media type', () => {
  expect(page('', { accept: 'application/jupyterhub-pagination+json;q=1' }).envelope).toBe(false);
  expect(page('', envelope).envelope).toBe(true);
});

test('the next page is an absolute URL that keeps the query', () => {
  const answer = paginated(['a'], 3, page('?state=ready&limit=1&x=1&x=2', { ...envelope, 'x-forwarded-proto': 'https' }));
  const next = 'https://hub:8000/hub/api/users?state=ready&limit=1&x=1&x=2&offset=1';
  expect(answer).toEqual({ items: ['a'], _pagination: { offset: 0, limit: 1, total: 3, next: { offset: 1, limit: 1, url: next } } });
});

test('the last page has no next one, and without the envelope there is only the list', () => {
  expect(paginated([], 5, page('', envelope))).toMatchObject({ _pagination: { next: null } });
  expect(paginated(['a'], 99, page(''))).toEqual(['a']);
});
