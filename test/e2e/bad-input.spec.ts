import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestHub } from '../support/hub.js';
import { rawRequest, type RawAnswer } from '../support/raw-request.js';

const ADMIN = 'bad-input-test-admin-0123456789';
const DEEP = 200_000;
const BIG = 3 * 1024 * 1024;

let hub: TestHub;
beforeAll(async () => {
  hub = await new TestHub({ JupyterHub: { allow_named_servers: true, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] } }).start();
  for (const made of ['/users/ada', '/groups/staff']) expect((await hub.request('POST', made, { token: ADMIN })).status).toBe(201);
});
afterAll(() => hub.dispose(ADMIN));

/** Every route that reads a body. */
const ROUTES = [
  ...['POST /users', 'POST /users/bob', 'PATCH /users/ada', 'POST /users/ada/tokens', 'POST /users/ada/activity'],
  ...['POST /users/ada/server', 'DELETE /users/ada/server', 'PUT /users/ada/servers/lab', 'PATCH /users/ada/server', 'POST /groups', 'POST /groups/new'],
  ...['POST /groups/staff/users', 'DELETE /groups/staff/users', 'PUT /groups/staff/properties', 'POST /services/new', 'PATCH /proxy', 'POST /shutdown'],
].map((line) => line.split(' ') as [string, string]);

const send = (method: string, apiPath: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(hub.port, { method, path: `/hub/api${apiPath}`, token: ADMIN, body, headers });

const numbered = (values: readonly string[]) => values.map((value, index) => [index, value] as const);

/** An error in the API's form, which tells nothing of the hub's inside. */
function expectError(answer: RawAnswer, ...statuses: number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.json).toEqual({ status: answer.status, message: expect.any(String) as string });
  expect(answer.json.message).not.toBe('');
  expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.js\b|\.ts\b|SQLITE|SELECT|insert into/);
}

// a deeply nested body asks for nothing, and so for a plain shutdown
describe.each(ROUTES.filter(([, apiPath]) => apiPath !== '/shutdown'))('%s %s', (method, apiPath) => {
  test('refuses what is no JSON', async () => {
    for (const body of ['nonsense', '{"a":', '{"a":1}}', "{'a': 1}", '\u0000', '{"a":NaN}', '<xml/>']) expectError(await send(method, apiPath, body), 400);
    expectError(await send(method, apiPath, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400);
  });

  test('refuses what is too large, announced or not', async () => {
    const large = JSON.stringify({ a: 'x'.repeat(BIG) });
    expectError(await send(method, apiPath, large), 413);
    const chunked = await rawRequest(hub.hubPort, {
      method,
      path: `/hub/api${apiPath}`,
      token: ADMIN,
      body: large,
      headers: { 'Transfer-Encoding': 'chunked' },
    }).catch((error: NodeJS.ErrnoException) => error);
    // the hub stops reading: the client sees its answer, or a closed connection
    if (chunked instanceof Error) expect(['ECONNRESET', 'EPIPE']).toContain(chunked.code);
    else expectError(chunked, 413);
  });

  test('refuses what is packed', async () => {
    expectError(await send(method, apiPath, gzipSync('{"usernames":["zipped"]}'), { 'Content-Encoding': 'gzip' }), 415);
  });

  test('survives what is nested deeply', async () => {
    for (const body of ['['.repeat(DEEP) + ']'.repeat(DEEP), `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`]) {
      const answer = await send(method, apiPath, body);
      if (answer.status >= 400) expectError(answer, 400);
    }
    expect((await fetch(`${hub.base}/hub/health`)).status).toBe(200);
  });
});

describe('what has the wrong shape is refused', () => {
  const shapes = ['[]', '[1]', '"text"', '5', 'true', '{"__proto__":{"admin":true},"unknown":1}'];
  test.each([
    ['POST', '/users', ['null', ...shapes, '{"usernames":"ada"}', '{"usernames":[1]}', '{"usernames":[null]}', '{"usernames":["zoe"],"admin":"yes"}', '{"usernames":{}}', `{"usernames":${JSON.stringify(Array.from({ length: 20_000 }, (_, n) => `u${n}`))}}`]],
    ['POST', '/users/bob', ['[1]', '"text"', '5', '{"admin":"yes"}', '{"admin":null}', '{"name":5}', '{"unknown":1}', '{"groups":{}}']],
    ['PATCH', '/users/ada', ['null', ...shapes, '{"admin":1}', '{"name":null}', '{"name":""}', '{"name":"a/b"}', '{"name":"a\\nb"}', '{"auth_state":5}', `{"name":"${'x'.repeat(300)}"}`]],
    ['POST', '/users/ada/tokens', ['[1]', '"text"', '5', '{"scopes":"self"}', '{"scopes":[1]}', '{"scopes":["no:such"]}', '{"roles":["no-such"]}', '{"expires_in":"1"}', '{"expires_in":-1}', '{"expires_in":1.5}', '{"expires_in":1e99}', '{"roles":[],"scopes":[]}']],
    ['POST', '/users/ada/activity', ['null', '[]', '[1]', '"text"', '5', '{}', '{"last_activity":5}', '{"last_activity":"soon"}', '{"servers":[]}', '{"servers":{"":5}}', '{"servers":{"":{}}}', '{"servers":{"nope":{"last_activity":"2026-01-01T00:00:00Z"}}}', '{"last_activity":"2999-01-01T00:00:00Z"}']],
    ['POST', '/users/ada/server', ['[1]', '"text"', '5', '{"display_name":5}', '{"user_options":[]}', '{"display_name":"two\\nlines"}']],
    ['PUT', '/users/ada/servers/lab', ['[1]', '"text"', '{"display_name":5}', '{"user_options":5}']],
    ['PATCH', '/users/ada/server', ['null', '[1]', '"text"', '{"unknown":1}', '{"name":5}', '{"name":"UPPER"}', '{"user_options":null}']],
    ['DELETE', '/users/ada/server', ['[1]', '"text"', '5']],
    ['POST', '/groups', ['null', ...shapes, '{"groups":"a"}', '{"groups":[1]}', '{"groups":["a"],"users":[1]}', '{"groups":["a"],"users":["nobody"]}', '{"groups":[""]}']],
    ['POST', '/groups/new', ['[1]', '"text"', '5', '{"users":"ada"}', '{"users":["nobody"]}', '{"unknown":1}']],
    ['POST', '/groups/staff/users', ['null', ...shapes, '{}', '{"users":"ada"}', '{"users":[1]}', '{"users":["nobody"]}']],
    ['DELETE', '/groups/staff/users', ['null', ...shapes, '{}', '{"users":["nobody"]}']],
    ['PUT', '/groups/staff/properties', ['null', '[]', '"text"', '5']],
    ['POST', '/services/new', ['null', '[]', '"text"', '{}', '{"unknown":1}', '{"url":5}', '{"url":"ftp://x"}', '{"command":["id"]}', '{"api_token":"short"}', '{"oauth_client_allowed_scopes":["no:such"],"url":"http://x"}', '{"prefix":"/x/"}', '{"environment":[]}']],
    ['PATCH', '/proxy', ['', '[]', '"text"', '{"api_url":5}', '{"api_url":"file:///etc/passwd"}', '{"auth_token":"a\\nb"}', '{"auth_token":5}']],
    ['POST', '/shutdown', ['{"proxy":"yes"}', '{"servers":5}', '{"proxy":{}}', '{"servers":[]}']],
  ])('by %s %s', async (method, apiPath, bodies) => {
    for (const body of bodies) {
      const answer = await send(method, apiPath, body);
      expect([body.slice(0, 80), answer.status]).toEqual([body.slice(0, 80), 400]);
      expectError(answer, 400);
    }
  });

  test('and nothing came of any of it', async () => {
    const names = async (what: string) => ((await (await hub.request('GET', what, { token: ADMIN })).json()) as { name: string; admin?: boolean }[]).map(({ name, admin }) => `${name}${admin ? '!' : ''}`);
    expect(await names('/users')).toEqual(['ada']);
    expect(await names('/groups')).toEqual(['staff']);
    expect(Object.keys((await (await hub.request('GET', '/services', { token: ADMIN })).json()) as object)).toEqual(['watcher']);
    const { api_tokens: tokens } = (await (await hub.request('GET', '/users/ada/tokens', { token: ADMIN })).json()) as { api_tokens: unknown[] };
    expect(tokens).toEqual([]);
    expect(hub.process!.exitCode).toBeNull();
  });
});

describe('pages', () => {
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
  test.each([
    ['too large', 413, () => ({ body: `username=ada&password=${'x'.repeat(BIG)}`, headers: FORM })],
    ['packed', 415, () => ({ body: gzipSync('username=ada'), headers: { ...FORM, 'Content-Encoding': 'gzip' } })],
  ])('answer a form that is %s with a page', async (_what, status, given) => {
    const answer = await rawRequest(hub.port, { method: 'POST', path: '/hub/login', ...given() });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.text).toContain('</html>');
    expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
  });

  test.each(numbered([
    ...['/hub/%', '/hub/%zz', '/hub/api/users/%zz', '/hub/api/users/%ff', '/hub/login?next=%', '/hub/static/%2e%2e/%2e%2e/package.json', '/hub/static/..%2f..%2fmain.js'],
    ...['/hub/user/ada%00/', '/hub/spawn/%ff', '/hub/error/999', '/hub/error/404%00', `/hub/${'x/'.repeat(2000)}`, '/hub/home?%00=%0d%0aSet-Cookie:x', '/hub//evil.example', '//evil.example/%2e%2e'],
  ]))('stand strange address %i, %.40s', async (_number, path) => {
    // not through the proxy, which has an opinion of its own on some of them
    const answer = await rawRequest(hub.hubPort, { path });
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers['set-cookie']?.some((line) => line.startsWith('x')) ?? false).toBe(false);
    expect(answer.headers.location ?? '/').toMatch(/^\/(?!\/)/);
    expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules|"dependencies"/);
  });
});

describe('the connection itself', () => {
  /** What comes back for bytes that may be no HTTP at all, until the other side closes. */
  const converse = (bytes: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(hub.hubPort, '127.0.0.1', () => socket.write(bytes));
      socket.setTimeout(5000, () => socket.destroy());
      socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
      socket.on('error', () => undefined).on('close', () => resolve(answer));
    });

  test.each([
    ['no HTTP', '\x16\x03\x01\x02\x00hello\r\n\r\n', /^HTTP\/1\.1 400/],
    ['a header that is too long', `GET /hub/login HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, /^HTTP\/1\.1 431/],
    ['two lengths', 'POST /hub/api/users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', /^HTTP\/1\.1 400/],
    ['a length and chunks', 'POST /hub/api/users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 400/],
    ['a method that nobody knows', 'BREW /hub/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 4/],
    ['no host', 'GET /hub/login HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400/],
  ])('with %s does no harm', async (_what, bytes, answer) => {
    expect(await converse(bytes)).toMatch(answer);
    expect((await fetch(`${hub.base}/hub/health`)).status).toBe(200);
  });

  const CREDENTIALS = ['x'.repeat(10_000), 'token', `token ${'y'.repeat(12_000)}`, 'Basic YWRtaW46c2VjcmV0', 'token a b', "token ' OR 1=1 --"];
  test.each(numbered(CREDENTIALS))('lets nobody in with the strange credentials %i', async (_number, Authorization) => {
    const answer = await rawRequest(hub.port, { path: '/hub/api/user', headers: { Authorization } });
    expectError(answer, 403);
  });
});

test('nothing of all that is an error of the hub', () => {
  expect(hub.log.split('\n').filter((line) => line.startsWith('[E') || line.startsWith('[C'))).toEqual([]);
});
