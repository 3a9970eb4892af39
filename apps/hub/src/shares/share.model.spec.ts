import { expect, test } from 'vitest';
import type { HubUrls } from '../config/urls.js';
import { newShareCodeModel, shareCodeRowId } from './share-code.model.js';
import { shareModel } from './share.model.js';
import type { SharedServer } from './shared-server.js';

const urls = { baseUrl: '/team/', hubPrefix: '/team/hub/', publicOrigin: '' } as HubUrls;
const server: SharedServer = { id: 3, name: 'lab', owner: { id: 1, name: 'ada b' }, ready: true };
const scopes = ['access:servers!server=ada b/lab'];
const createdAt = '2026-01-01 12:00:00.000000';

test('a share shows its server without what is private', () => {
  expect(shareModel({ id: 1, server, scopes, grantee: { kind: 'group', name: 'red' }, createdAt }, urls)).toEqual({
    server: { user: { name: 'ada b' }, name: 'lab', url: '/team/user/ada%20b/lab/', full_url: null, ready: true },
    scopes,
    user: null,
    group: { name: 'red' },
    kind: 'group',
    created_at: '2026-01-01T12:00:00Z',
  });
});

test('a new code comes with its secret and the page that accepts it', () => {
  const code = { id: 7, server, scopes, createdAt, expiresAt: createdAt, exchangeCount: 0, lastExchangedAt: null };
  expect(newShareCodeModel(code, 'abc', { ...urls, publicOrigin: 'https://hub.example' })).toMatchObject({
    id: 'sc_7',
    code: 'abc',
    accept_url: '/team/hub/accept-share?code=abc',
    full_accept_url: 'https://hub.example/team/hub/accept-share?code=abc',
    server: { full_url: 'https://hub.example/team/user/ada%20b/lab/' },
  });
});

test.each([
  ['sc_12', 12],
  ['12', undefined],
  ['sc_', undefined],
  ['sc_1x', undefined],
  ['a12', undefined],
  ['sc_9999999999', undefined],
])('the row of code %s is %s', (id, row) => {
  expect(shareCodeRowId(id)).toBe(row);
});
