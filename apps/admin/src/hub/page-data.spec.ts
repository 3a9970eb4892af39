import { expect, it } from 'vitest';
import { holds, readPageData } from './page-data.js';

it('reads what the page says, and does without', () => {
  const root = { baseUrl: '/j/hub/', prefix: '/j/', user: 'ada', xsrfToken: 't' };
  expect(readPageData(root, { scopes: 'admin-ui list:users', pageSize: '50', namedServers: 'true', nativeAccounts: 'true' })).toEqual({ ...root, nativeAccounts: true, scopes: ['admin-ui', 'list:users'], pageSize: 50, namedServers: true });
  expect(readPageData({}, {})).toMatchObject({ baseUrl: '/hub/', scopes: [], pageSize: 50, namedServers: false, nativeAccounts: false });
  expect(readPageData({}, { pageSize: '10000' }).pageSize).toBe(100);
});

it.each([
  ['tokens', { user: 'ada' }, true],
  ['tokens', { user: 'bob' }, false],
  ['servers', { user: 'bob', groups: ['staff'] }, true],
  ['servers', { user: 'bob', groups: ['other'] }, false],
  ['servers', { user: 'bob' }, true],
  ['read:servers', { user: 'cleo', groups: [] }, true],
  ['read:servers', { user: 'cleo2', groups: [] }, false],
  ['list:users', { user: 'anybody' }, true],
] as const)('holds %s on %j: %s', (scope, about, held) => {
  expect(holds({ scopes: ['tokens!user=ada', 'servers!group=staff', 'read:servers!server=cleo/lab', 'list:users'] }, scope, about)).toBe(held);
});

it('holds a scope in any form, and no other', () => {
  const page = { scopes: ['list:users!group=staff', 'admin-ui'] };
  expect([holds(page, 'list:users'), holds(page, 'admin-ui'), holds(page, 'list:user'), holds(page, 'list:groups')]).toEqual([true, true, false, false]);
});
