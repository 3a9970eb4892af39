import { expect, it } from 'vitest';
import { holds, readPageData } from './page-data.js';

it('reads what the page says, and does without', () => {
  const root = { baseUrl: '/j/hub/', prefix: '/j/', user: 'ada', xsrfToken: 't' };
  expect(readPageData(root, { scopes: 'admin-ui list:users', pageSize: '50', namedServers: 'true' })).toEqual({ ...root, scopes: ['admin-ui', 'list:users'], pageSize: 50, namedServers: true });
  expect(readPageData({}, {})).toMatchObject({ baseUrl: '/hub/', scopes: [], pageSize: 50, namedServers: false });
  expect(readPageData({}, { pageSize: '10000' }).pageSize).toBe(100);
});

it('holds a scope in any form, and no other', () => {
  const page = { scopes: ['list:users!group=staff', 'admin-ui'] };
  expect([holds(page, 'list:users'), holds(page, 'admin-ui'), holds(page, 'list:user'), holds(page, 'list:groups')]).toEqual([true, true, false, false]);
});
