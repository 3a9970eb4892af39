import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { signValue } from '../../apps/hub/src/http/cookies.js';
import { COOKIE_SECRET } from '../../apps/hub/src/http/sessions.js';
import { type Answer, cookiesOf, TestApp } from '../support/app.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const LOGIN_COOKIE = 'jupyterhub-hub-login';
const SESSION_COOKIE = 'jupyterhub-session-id';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({ Authenticator: { allowed_users: ['ada', 'bob', 'boss'], blocked_users: ['bob'], admin_users: ['boss'] } });
});
afterAll(() => app.close());
afterEach(() => void vi.useRealTimers());

const header = (jar: Map<string, string>) => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
const get = (path: string, headers: Record<string, string> = {}) => app.request({ path, headers });

/** Sends the login form as a browser does; `fields` and `headers` replace what it would send. */
async function submit(fields: Record<string, string> = {}, headers: Record<string, string> = {}, query = ''): Promise<Answer> {
  const jar = cookiesOf(await get('/hub/login'));
  const form = new URLSearchParams({ username: 'ada', password: 'secret', _xsrf: jar.get('_xsrf')!, ...fields });
  return app.request({ method: 'POST', path: `/hub/login${query}`, raw: form.toString(), headers: { ...FORM, cookie: header(jar), ...headers } });
}

/** The name that a set of cookies stands for; undefined for nobody. */
async function whois(cookie: string): Promise<string | undefined> {
  const answer = await get('/hub/api/user', { cookie });
  return answer.status === 200 ? (answer.json.name as string) : undefined;
}

describe('logging in', () => {
  test('sets cookies that scripts cannot read, for this site alone', async () => {
    const answer = await submit();
    expect(answer.status).toBe(302);
    const lines = [answer.headers['set-cookie']].flat() as string[];
    expect(lines.map((line) => line.split('=')[0]).sort()).toEqual(['_xsrf', LOGIN_COOKIE, SESSION_COOKIE].sort());
    for (const line of lines) {
      expect(line).toContain('SameSite=Lax');
      expect([line.split('=')[0], line.includes('HttpOnly')]).toEqual([line.split('=')[0], !line.startsWith('_xsrf')]);
      expect(line).not.toContain('Secure');
    }
    expect(await whois(header(cookiesOf(answer)))).toBe('ada');
  });

  test('sets them for https alone where people come by https', async () => {
    const answer = await submit({}, { 'x-forwarded-proto': 'https' });
    const lines = ([answer.headers['set-cookie']].flat() as string[]).filter((line) => !line.startsWith('_xsrf'));
    for (const line of lines) expect(line).toMatch(/; Secure/);
  });

  test('begins a new session, whatever session the browser came with', async () => {
    const jar = cookiesOf(await get('/hub/login'));
    const planted = 'planted-by-somebody-else';
    const cookie = `${header(jar)}; ${SESSION_COOKIE}=${planted}`;
    const first = cookiesOf(await submit({ _xsrf: jar.get('_xsrf')! }, { cookie }));
    const second = cookiesOf(await submit());
    expect(first.get(SESSION_COOKIE)).toMatch(/^[0-9a-f]{32}$/);
    expect(first.get(SESSION_COOKIE)).not.toBe(planted);
    expect(first.get(SESSION_COOKIE)).not.toBe(second.get(SESSION_COOKIE));
  });

  test.each([
    ['a wrong password', { password: 'guess' }],
    ['no password', { password: '' }],
    ['no name', { username: '' }],
    ['somebody who is blocked', { username: 'bob' }],
    ['somebody who is not on the list', { username: 'zoe' }],
    ['a name that is endless', { username: 'x'.repeat(5000) }],
  ])('is refused for %s, and sets no session', async (_what, fields) => {
    const answer = await submit(fields);
    expect(answer.status).toBe(403);
    expect([...cookiesOf(answer).keys()].filter((name) => name !== '_xsrf')).toEqual([]);
    expect(answer.text).toContain('Invalid username or password.');
    expect(answer.text).not.toContain('guess');
  });

  test('is not done by an address', async () => {
    const answer = await get('/hub/login?username=ada&password=secret');
    expect(answer.status).toBe(200);
    expect(cookiesOf(answer).has(LOGIN_COOKIE)).toBe(false);
  });

  test('shows the name that was typed, as text', async () => {
    const { text } = await submit({ username: '"><script>alert(1)</script>' });
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert');
    expect((await get('/hub/login?username="><img src=x onerror=alert(1)>')).text).not.toContain('<img src=x');
  });
});

describe('a login cookie', () => {
  let jar: Map<string, string>;
  let cookieId: string;
  beforeAll(async () => {
    jar = cookiesOf(await submit());
    cookieId = ((await app.hub.foundation.db('users').where('name', 'ada').first()) as { cookie_id: string }).cookie_id;
  });

  const withLogin = (value: string) => header(new Map([...jar, [LOGIN_COOKIE, value]]));
  const signed = (value: string, { secret = app.hub.app.get<Buffer>(COOKIE_SECRET), name = LOGIN_COOKIE, at = Date.now() } = {}) => `"${signValue(secret, name, value, at)}"`;

  test('is good as it was set', async () => {
    expect(await whois(header(jar))).toBe('ada');
    expect(await whois(withLogin(signed(cookieId)))).toBe('ada');
  });

  test.each([
    ['signed with another key', () => signed(cookieId, { secret: randomBytes(32) })],
    ['signed for another cookie', () => signed(cookieId, { name: '_xsrf' })],
    ['of nobody', () => signed('0'.repeat(32))],
    ['of an empty id', () => signed('')],
    ['with another id under the same signature', () => jar.get(LOGIN_COOKIE)!.replace(/\|(\w{4})/, '|AAAA')],
    ['cut short', () => jar.get(LOGIN_COOKIE)!.slice(0, -3)],
    ['not signed', () => cookieId],
    ['that is garbage', () => '2|1:0|9:x|y|z'],
    ['that is the name', () => 'ada'],
  ])('%s is worth nothing', async (_what, forged) => {
    expect(await whois(withLogin(forged()))).toBeUndefined();
  });

  test('is worth nothing after its time', async () => {
    expect(await whois(withLogin(signed(cookieId, { at: Date.now() - 13 * 86_400_000 })))).toBe('ada');
    expect(await whois(withLogin(signed(cookieId, { at: Date.now() - 15 * 86_400_000 })))).toBeUndefined();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 86_400_000 });
    expect(await whois(header(jar))).toBeUndefined();
  });

  test('of the first that is good counts, beside others of the same name', async () => {
    const others = `${LOGIN_COOKIE}=garbage; ${LOGIN_COOKIE}=${signed(cookieId, { secret: randomBytes(32) })}`;
    expect(await whois(`${others}; ${header(jar)}`)).toBe('ada');
  });
});

test('who is logged in already is led on', async () => {
  const { cookie } = await app.logIn('ada');
  expect((await get('/hub/login?next=%2Fhub%2Ftoken', { cookie })).headers.location).toBe('/hub/token');
});

test('logging out clears the cookies of the browser', async () => {
  const { cookie } = await app.logIn('ada');
  const answer = await get('/hub/logout', { cookie });
  expect([answer.status, answer.headers.location]).toEqual([302, '/hub/login']);
  const cleared = cookiesOf(answer);
  for (const name of [LOGIN_COOKIE, SESSION_COOKIE, '_xsrf']) expect(cleared.get(name)).toBe('');
  // a stranger who logs out, or is made to, loses nothing
  expect([...cookiesOf(await get('/hub/logout')).keys()]).toEqual([]);
});

describe('next', () => {
  const HOST = 'hub.example:8000';
  const landing = async (next: string) => (await submit({}, { host: HOST }, `?next=${encodeURIComponent(next)}`)).headers.location as string;
  /** Where a browser ends up: it reads addresses more freely than they are written. */
  const arrives = (location: string) => new URL(location, `http://${HOST}/hub/login`);

  test.each([
    ['/hub/token', '/hub/token'],
    ['/user/ada/lab?x=1#y', '/user/ada/lab?x=1#y'],
    [`http://${HOST}/hub/token`, '/hub/token'],
    ['/hub/spawn?next=http://evil.example/', '/hub/spawn?next=http://evil.example/'],
    ['/user/ünï', '/user/%C3%BCn%C3%AF'],
  ])('%s leads to %s', async (next, location) => {
    expect(await landing(next)).toBe(location);
  });

  test.each([
    ...['http://evil.example/', 'https://evil.example/', '//evil.example/', '///evil.example', '////evil.example/', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', '/\n/evil.example'],
    ...['\t//evil.example', ' //evil.example', '/%09/evil.example', '/ /evil.example', 'http:evil.example', 'http:/evil.example', 'http:\\\\evil.example', 'hTTp://evil.example'],
    ...['javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'evil.example', '.evil.example', `http://${HOST}@evil.example/`, `http://evil.example@${HOST}/`],
    ...[`http://${HOST}.evil.example/`, `http://${HOST}:80@evil.example`, `//${HOST}@evil.example`, `http://${HOST}//evil.example`, `//${HOST}//evil.example`, '/..//evil.example', '/.//evil.example'],
    ...['/hub/token\r\nSet-Cookie: x=y', '/hub/token\r\n\r\n<script>', '\0//evil.example', '/\u2028/evil.example', '?next=x', '#x', '', `/${'x'.repeat(10_000)}`],
  ])('%j stays here', async (next) => {
    const location = await landing(next);
    expect(arrives(location).origin).toBe(`http://${HOST}`);
    expect(location).toMatch(/^\/(?![/\\])/);
    expect(location).toMatch(/^[\x21-\x7e]*$/);
  });

  test('stands in the form, as text', async () => {
    const { text } = await get(`/hub/login?next=${encodeURIComponent('/hub/"><script>alert(1)</script>')}`);
    expect(text).not.toContain('<script>alert');
  });
});

describe('requests that a browser was tricked into', () => {
  const EVIL = 'http://evil.example';

  test.each([
    ['without a token', { _xsrf: '' }, {}],
    ['with a token that was made up', { _xsrf: 'x'.repeat(60) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbour', {}, { 'sec-fetch-site': 'same-site' }],
    ['from another origin', {}, { origin: EVIL }],
    ['without its cookie', {}, { cookie: '' }],
  ])('the login form %s is shown again with a fresh token, and logs nobody in', async (_what, fields, headers) => {
    const answer = await submit(fields, headers);
    expect(answer.status).toBe(403);
    expect(cookiesOf(answer).has(LOGIN_COOKIE)).toBe(false);
    expect(answer.text).toContain('This form has expired.');
    expect(answer.text).toContain('value="ada"');
    expect(answer.text).not.toContain('secret');
    const token = /name="_xsrf" value="([^"]+)"/.exec(answer.text)![1]!;
    const cookie = cookiesOf(answer).get('_xsrf');
    // with the cookie that came along or that the browser still has, the form works at the second try
    if (cookie) expect(cookie).toBe(token);
    else expect(token).toMatch(/^[\w-]{40,}$/);
    if (cookie) expect((await submit({ _xsrf: token }, { cookie: `_xsrf=${cookie}` })).status).toBe(302);
  });

  test('the token of one session is no good in another', async () => {
    const [ada, boss] = [await app.logIn('ada'), await app.logIn('boss')];
    const stop = (cookie: string, xsrf?: string) => app.request({ method: 'DELETE', path: '/hub/api/users/ada/server', headers: { cookie, ...(xsrf && { 'x-xsrftoken': xsrf }) } });
    expect((await stop(ada.cookie, ada.xsrf)).status).toBe(204);
    expect((await stop(ada.cookie)).status).toBe(403);
    expect((await stop(ada.cookie, boss.xsrf)).status).toBe(403);
    expect((await stop(ada.cookie.replace(ada.xsrf, boss.xsrf), boss.xsrf)).status).toBe(403);
    const anonymous = cookiesOf(await get('/hub/login')).get('_xsrf')!;
    expect((await stop(ada.cookie.replace(ada.xsrf, anonymous), anonymous)).status).toBe(403);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s by cookie alone changes nothing, wherever it comes from', async (method) => {
    const { cookie } = await app.logIn('boss');
    const disguises: Record<string, string>[] = [{}, { origin: EVIL }, { 'sec-fetch-site': 'cross-site' }, { 'content-type': 'text/plain' }, FORM];
    for (const headers of disguises) {
      expect((await app.request({ method, path: '/hub/api/users/ada', raw: '{"admin":true}', headers: { cookie, ...headers } })).status).toBeGreaterThanOrEqual(403);
    }
    expect((await app.admin('GET', '/users/ada')).json.admin).toBe(false);
  });

  test.each([
    ['POST', '/hub/spawn'],
    ['POST', '/hub/spawn/ada'],
    ['POST', '/hub/api/oauth2/authorize?client_id=x'],
  ])('%s %s needs the token of the session', async (method, path) => {
    const { cookie, xsrf } = await app.logIn('ada');
    const send = (headers: Record<string, string>, query = '') => app.request({ method, path: path + query, raw: 'a=b', headers: { cookie, ...FORM, ...headers } });
    expect((await send({})).status).toBe(403);
    expect((await send({ origin: EVIL })).status).toBe(403);
    const by = `${path.includes('?') ? '&' : '?'}_xsrf=${xsrf}`;
    expect((await send({ 'sec-fetch-site': 'cross-site' }, by)).status).toBe(403);
  });

  test('a page of another site reads nothing by script', async () => {
    const { cookie } = await app.logIn('boss');
    const read = (headers: Record<string, string>) => get('/hub/api/users', { cookie, ...headers });
    expect((await read({ 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: EVIL })).status).toBe(403);
    expect((await read({ 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const { headers } = await read({});
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

test('no page can be framed, sniffed or told to others', async () => {
  const { cookie } = await app.logIn('ada');
  for (const path of ['/hub/login', '/hub/home', '/hub/token', '/hub/error/500', '/hub/nothing']) {
    const { headers } = await get(path, { cookie });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
  }
});
