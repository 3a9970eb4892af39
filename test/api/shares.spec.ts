import { afterEach, beforeEach, expect, test } from 'vitest';
import { OAuthClients } from '../../apps/hub/src/identity/oauth-clients.js';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { SharesService } from '../../apps/hub/src/shares/shares.service.js';
import { TestApp } from '../support/app.js';

let app: TestApp;
let tokens: Record<string, string>;

beforeEach(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_roles: [{ name: 'user', scopes: ['self', 'shares!user', 'read:users:name', 'read:groups:name'] }],
      api_page_default_limit: 5,
      api_page_max_limit: 20,
    },
    Authenticator: { allow_all: true },
  });
  tokens = {};
  for (const name of ['ada', 'bob', 'eve']) await addUser(name);
});
afterEach(() => app.close());

const db = () => app.hub.foundation.db;

async function addUser(name: string): Promise<void> {
  expect((await app.admin('POST', `/users/${name}`)).status).toBe(201);
  tokens[name] = (await app.admin('POST', `/users/${name}/tokens`)).json.token;
}

const as = (name: string, method: string, path: string, body?: unknown) => app.request({ method, path: `/hub/api${path}`, token: tokens[name], body });

const share = (server: string, grantee: object, scopes?: string[]) => as('ada', 'POST', `/shares/ada/${server}`, { ...grantee, ...(scopes && { scopes }) });

/** The scopes on other people's servers that a token of this person has. */
async function sharedWith(name: string): Promise<string[]> {
  return (await as(name, 'GET', '/user')).json.scopes.filter((scope: string) => scope.includes('!server='));
}

async function newCode(body: unknown = {}) {
  return (await as('ada', 'POST', '/share-codes/ada/', body)).json as { code: string; id: string; accept_url: string };
}

/** Sends the form of the page that accepts a code. */
async function accept(name: string, fields: Record<string, string>, xsrf = true) {
  const session = await app.logIn(name);
  const form = new URLSearchParams({ ...fields, ...(xsrf && { _xsrf: session.xsrf }) });
  const headers = { cookie: session.cookie, 'content-type': 'application/x-www-form-urlencoded' };
  return app.request({ method: 'POST', path: '/hub/accept-share', raw: form.toString(), headers });
}

const show = async (name: string, query: Record<string, string>) =>
  app.request({ path: `/hub/accept-share?${new URLSearchParams(query)}`, headers: { cookie: (await app.logIn(name)).cookie } });

test('a share counts at once, for tokens and cookies, with what it implies, and until it is taken back', async () => {
  expect(await sharedWith('bob')).toEqual([]);
  await share('', { user: 'bob' }, ['access:servers', 'servers']);
  const held = ['access:servers', 'delete:servers', 'read:servers', 'servers', 'start:servers'];
  expect(await sharedWith('bob')).toEqual(held.map((scope) => `${scope}!server=ada/`));
  const { cookie } = await app.logIn('bob');
  expect((await app.request({ path: '/hub/api/user', headers: { cookie } })).json.scopes).toEqual((await as('bob', 'GET', '/user')).json.scopes);
  expect(await sharedWith('eve')).toEqual([]);
  await as('ada', 'PATCH', '/shares/ada/', { user: 'bob' });
  expect(await sharedWith('bob')).toEqual([]);
});

test('a share with a group counts for the tokens of its members, as long as they are in it', async () => {
  await app.admin('POST', '/groups/red', { users: ['bob'] });
  await share('', { group: 'red' });
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/']);
  const limited = (await as('bob', 'POST', '/users/bob/tokens', { scopes: ['access:servers!server=ada/'] })).json.token;
  expect((await app.request({ path: '/hub/api/user', token: limited })).json.scopes).toContain('access:servers!server=ada/');
  await app.admin('DELETE', '/groups/red/users', { users: ['bob'] });
  expect(await sharedWith('bob')).toEqual([]);
  expect((await app.request({ path: '/hub/api/user', token: limited })).json.scopes).not.toContain('access:servers!server=ada/');
  await app.admin('POST', '/groups/red/users', { users: ['bob'] });
  await app.admin('DELETE', '/groups/red');
  expect(await sharedWith('bob')).toEqual([]);
  expect(await db()('shares')).toEqual([]);
});

test('the token that a shared server gets for a member of the group lets them in', async () => {
  await app.admin('POST', '/groups/red', { users: ['bob'] });
  await share('', { group: 'red' });
  const clientId = 'jupyterhub-user-ada';
  await app.hub.app.get(OAuthClients).upsert({ identifier: clientId, secret: 's', redirectUri: '/x', description: 'Server at /user/ada/', allowedScopes: [] });
  await db()('spawners').update({ oauth_client_id: clientId });
  const { id } = (await db()('users').where({ name: 'bob' }).first())!;
  const { token } = await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id }, note: '', scopes: ['read:users:name!user'], clientId });
  const scopesOf = async () => (await app.request({ path: '/hub/api/user', token })).json.scopes;
  expect(await scopesOf()).toContain('access:servers!server=ada/');
  await as('ada', 'DELETE', '/shares/ada/');
  expect(await scopesOf()).not.toContain('access:servers!server=ada/');
});

test('a renamed owner keeps the share, and the next holder of the name gives nothing away', async () => {
  await share('', { user: 'bob' });
  expect((await app.admin('PATCH', '/users/ada', { name: 'lovelace' })).status).toBe(200);
  expect(await sharedWith('bob')).toEqual(['access:servers!server=lovelace/']);
  await addUser('ada');
  await app.admin('PUT', '/users/ada/servers/lab');
  expect(await sharedWith('bob')).toEqual(['access:servers!server=lovelace/']);
  expect((await as('bob', 'GET', '/users/bob/shared')).json.items[0]).toMatchObject({
    server: { user: { name: 'lovelace' } },
    scopes: ['access:servers!server=lovelace/'],
  });
  // what is added and taken back later goes by the present name
  const again = await app.admin('POST', '/shares/lovelace/', { user: 'bob', scopes: ['read:servers'] });
  expect(again.json.scopes).toEqual(['access:servers!server=lovelace/', 'read:servers!server=lovelace/']);
  const left = await app.admin('PATCH', '/shares/lovelace/', { user: 'bob', scopes: ['access:servers!server=lovelace/'] });
  expect(left.json.scopes).toEqual(['read:servers!server=lovelace/']);
});

test('a renamed receiver keeps the share, and the next holder of the name does not get it', async () => {
  await share('', { user: 'bob' });
  await app.admin('PATCH', '/users/bob', { name: 'robert' });
  const robert = tokens.bob!;
  await addUser('bob');
  expect(await sharedWith('bob')).toEqual([]);
  expect((await app.request({ path: '/hub/api/user', token: robert })).json.scopes).toContain('access:servers!server=ada/');
});

test('a share follows a renamed server, and the next server of that name is not shared', async () => {
  await as('ada', 'PUT', '/users/ada/servers/lab');
  await share('lab', { user: 'bob' });
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/lab']);
  expect((await as('ada', 'PATCH', '/users/ada/servers/lab', { name: 'den' })).status).toBe(200);
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/den']);
  await as('ada', 'PUT', '/users/ada/servers/lab');
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/den']);
});

test('a removed server takes its shares and codes along', async () => {
  await as('ada', 'PUT', '/users/ada/servers/lab');
  await share('lab', { user: 'bob' });
  await as('ada', 'POST', '/share-codes/ada/lab');
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/lab']);
  expect((await as('ada', 'DELETE', '/users/ada/servers/lab', { remove: true })).status).toBe(204);
  expect(await sharedWith('bob')).toEqual([]);
  await as('ada', 'PUT', '/users/ada/servers/lab');
  expect(await sharedWith('bob')).toEqual([]);
  expect([await db()('shares'), await db()('share_codes')]).toEqual([[], []]);
});

test.each(['ada', 'bob'])('deleting %s deletes the share', async (name) => {
  await share('', { user: 'bob' });
  await newCode();
  expect((await app.admin('DELETE', `/users/${name}`)).status).toBe(204);
  expect(await db()('shares')).toEqual([]);
  expect(await db()('share_codes')).toHaveLength(name === 'ada' ? 0 : 1);
});

test('a receiver sees shares from both sides, and may leave', async () => {
  await app.admin('POST', '/groups/red', { users: ['bob'] });
  await share('', { group: 'red' });
  await share('', { user: 'bob' });
  expect((await as('bob', 'GET', '/users/bob/shared')).json.items.map((item: { kind: string }) => item.kind)).toEqual(['group', 'user']);
  expect((await app.admin('GET', '/groups/red/shared')).json._pagination.total).toBe(1);
  expect((await as('bob', 'DELETE', '/users/bob/shared/ada/')).status).toBe(204);
  expect((await as('bob', 'DELETE', '/users/bob/shared/ada/')).status).toBe(404);
  expect((await app.admin('GET', '/groups/red/shared/ada/')).json).toMatchObject({ kind: 'group', group: { name: 'red' }, user: null });
  expect((await app.admin('DELETE', '/groups/red/shared/ada/')).status).toBe(204);
  expect(await sharedWith('bob')).toEqual([]);
});

test.each([
  ['/shares/nobody', 404],
  ['/shares/ada/ghost', 404],
  ['/share-codes/ada/ghost', 404],
  ['/users/nobody/shared', 404],
  ['/users/bob/shared/nobody/', 404],
  ['/groups/nobody/shared', 404],
  ['/shares/bob', 200],
  ['/shares/bob/', 200],
])('admins get %s with %i', async (path, status) => {
  expect((await app.admin('GET', path)).status).toBe(status);
});

test('lists come in the envelope, and their total counts what is listed', async () => {
  await share('', { user: 'bob' });
  await share('', { user: 'eve' });
  await as('ada', 'PUT', '/users/ada/servers/lab');
  await share('lab', { user: 'eve' });
  await db()('shares').where({ id: 2 }).update({ expires_at: '2020-01-01 00:00:00.000000' });
  const all = (await as('ada', 'GET', '/shares/ada')).json;
  expect(all._pagination).toEqual({ offset: 0, limit: 20, total: 2, next: null });
  expect(all.items.map((item: { server: { name: string } }) => item.server.name)).toEqual(['', 'lab']);
  const accept = 'application/jupyterhub-pagination+json';
  const page = await app.request({ path: '/hub/api/shares/ada?limit=1', token: tokens.ada, headers: { accept, host: 'hub' } });
  expect(page.json._pagination.next).toEqual({ offset: 1, limit: 1, url: 'http://hub/hub/api/shares/ada?limit=1&offset=1' });
  const { id } = await newCode();
  await newCode();
  await db()('share_codes').where('id', id.slice(3)).update({ expires_at: '2020-01-01 00:00:00.000000' });
  expect((await as('ada', 'GET', '/share-codes/ada')).json).toMatchObject({ items: [{ id: 'sc_2' }], _pagination: { total: 1 } });
});

test('what has expired gives nothing, and is purged', async () => {
  await share('', { user: 'bob' });
  await newCode();
  for (const table of ['shares', 'share_codes']) await db()(table).update({ expires_at: '2020-01-01 00:00:00.000000' });
  await app.hub.app.get(SharesService).purgeExpired();
  expect(await sharedWith('bob')).toEqual([]);
  expect([await db()('shares'), await db()('share_codes')]).toEqual([[], []]);
});

test('only what the caller holds, on this server, can be shared', async () => {
  expect((await as('eve', 'POST', '/shares/ada/', { user: 'eve' })).status).toBe(404);
  expect((await share('', { user: 'bob' }, ['admin:server_state'])).status).toBe(403);
  expect((await share('', { user: 'bob' }, ['servers!server=bob/'])).status).toBe(400);
  expect((await share('', { user: 'bob' }, ['no:scope'])).status).toBe(400);
  expect((await as('ada', 'POST', '/share-codes/ada/ghost', { scopes: ['admin:servers'] })).status).toBe(403);
  expect(await db()('shares')).toEqual([]);
  // somebody who was given `shares` passes on no more than that
  await share('', { user: 'bob' }, ['shares']);
  expect((await as('bob', 'POST', '/shares/ada/', { user: 'eve', scopes: ['servers'] })).status).toBe(403);
  expect((await as('bob', 'POST', '/shares/ada/', { user: 'eve' })).status).toBe(200);
  expect(await sharedWith('eve')).toEqual(['access:servers!server=ada/']);
});

test('names are told to those only who may read them', async () => {
  const sharer = (await as('ada', 'POST', '/users/ada/tokens', { scopes: ['shares!user=ada'] })).json.token;
  const post = (body: object) => app.request({ method: 'POST', path: '/hub/api/shares/ada/', token: sharer, body });
  for (const grantee of [{ user: 'bob' }, { user: 'nobody' }, { group: 'nogroup' }]) expect((await post(grantee)).status).toBe(403);
  expect((await share('', { user: 'nobody' })).status).toBe(400);
});

test('two grants at a time make one share with the scopes of both', async () => {
  await Promise.all([share('', { user: 'bob' }, ['access:servers']), share('', { user: 'bob' }, ['read:servers'])]);
  const { items } = (await as('ada', 'GET', '/shares/ada/')).json;
  expect(items).toHaveLength(1);
  expect(items[0].scopes).toEqual(['access:servers!server=ada/', 'read:servers!server=ada/']);
});

test('with a cookie, a share needs the XSRF token', async () => {
  const { cookie, xsrf } = await app.logIn('ada');
  const post = (headers: object) => app.request({ method: 'POST', path: '/hub/api/shares/ada/', body: { user: 'bob' }, headers: { cookie, ...headers } });
  expect((await post({})).status).toBe(403);
  expect((await post({ 'x-xsrftoken': xsrf })).status).toBe(200);
});

test('of a code, only the hash is stored', async () => {
  const { code } = await newCode();
  const [row] = await db()('share_codes');
  expect(code).toMatch(/^[\w-]{43}$/);
  expect(row!.hashed).toMatch(/^sha512:1:[0-9a-f]{16}:[0-9a-f]{128}$/);
  expect(JSON.stringify(row)).not.toContain(code);
  expect((await as('ada', 'GET', '/share-codes/ada')).text).not.toContain(code);
});

test('codes are removed one by one or all at once, those of this server only', async () => {
  const [one, two] = [await newCode(), await newCode()];
  await newCode();
  await as('ada', 'PUT', '/users/ada/servers/lab');
  expect((await as('ada', 'DELETE', `/share-codes/ada/lab?id=${one.id}`)).status).toBe(404);
  expect((await as('ada', 'DELETE', `/share-codes/ada/lab?code=${one.code}`)).status).toBe(404);
  expect((await as('ada', 'DELETE', '/share-codes/ada/?code=')).status).toBe(404);
  expect((await as('ada', 'DELETE', '/share-codes/ada/?id=')).status).toBe(404);
  expect((await as('ada', 'DELETE', '/share-codes/ada/lab')).status).toBe(204);
  expect(await db()('share_codes')).toHaveLength(3);
  expect((await as('ada', 'DELETE', `/share-codes/ada/?code=${one.code}`)).status).toBe(204);
  expect((await as('ada', 'DELETE', `/share-codes/ada/?id=${two.id}`)).status).toBe(204);
  expect(await db()('share_codes')).toHaveLength(1);
  expect((await as('ada', 'DELETE', '/share-codes/ada/')).status).toBe(204);
  expect(await db()('share_codes')).toEqual([]);
});

test('accepting a code makes a share, as often as it is sent', async () => {
  const { code, accept_url } = await newCode({ scopes: ['access:servers', 'read:servers'] });
  expect(accept_url).toBe(`/hub/accept-share?code=${code}`);
  const answer = await accept('bob', { code });
  expect([answer.status, answer.headers.location]).toEqual([302, '/user/ada/']);
  expect((await accept('bob', { code, next: '/hub/token' })).headers.location).toBe('/hub/token');
  expect(await sharedWith('bob')).toEqual(['access:servers!server=ada/', 'read:servers!server=ada/']);
  expect(await db()('shares')).toHaveLength(1);
  expect((await as('ada', 'GET', '/share-codes/ada/')).json.items[0]).toMatchObject({ exchange_count: 2, last_exchanged_at: expect.any(String) });
});

test('a code is no good for its owner, without the XSRF token, when unknown, missing or expired', async () => {
  const { code } = await newCode();
  expect((await accept('ada', { code })).status).toBe(400);
  expect((await show('ada', { code })).status).toBe(403);
  expect((await accept('bob', { code }, false)).status).toBe(403);
  expect((await accept('bob', {})).status).toBe(400);
  expect((await show('bob', {})).status).toBe(400);
  expect((await accept('bob', { code: `${code.slice(0, 42)}!` })).status).toBe(400);
  expect((await show('bob', { code: 'unknown' })).status).toBe(404);
  await db()('share_codes').update({ expires_at: '2020-01-01 00:00:00.000000' });
  expect((await accept('bob', { code })).status).toBe(400);
  expect((await show('bob', { code })).status).toBe(404);
  expect(await db()('shares')).toEqual([]);
});

test('strangers are sent to the login page and come back', async () => {
  const answer = await app.request({ path: '/hub/accept-share?code=abc' });
  expect([answer.status, answer.headers.location]).toEqual([302, '/hub/login?next=%2Fhub%2Faccept-share%3Fcode%3Dabc']);
});

test.each([
  '"><img src=x onerror=alert(1)>',
  "/'><script>alert(1)</script>",
  'javascript:alert(1)',
  '//evil.example/x',
  '/\\evil.example',
  'https://evil.example/',
])('the page escapes or drops a hostile next: %s', async (next) => {
  const { code } = await newCode();
  const page = await show('bob', { code, next });
  expect(page.status).toBe(200);
  expect(page.text).toContain(`name="code" value="${code}"`);
  expect(page.text).not.toMatch(/<img src=x|<script>alert|javascript:alert/);
  expect(page.text).not.toContain('evil.example/');
  const { location } = (await accept('bob', { code, next })).headers;
  expect(new URL(String(location), 'http://hub.here').origin).toBe('http://hub.here');
});

test('the page says what is shared, and by whom', async () => {
  await as('ada', 'PUT', '/users/ada/servers/lab');
  const { code } = (await as('ada', 'POST', '/share-codes/ada/lab')).json;
  const { text } = await show('bob', { code, next: '/hub/token' });
  for (const shown of ['ada shares a server with you', '<strong>lab</strong>', 'access:servers', 'value="/hub/token"']) expect(text).toContain(shown);
});
