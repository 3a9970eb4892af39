/**
 * One test for each of JupyterHub's advisories that concern the API and OAuth, or where it is:
 *
 * CVE-2019-10255  open redirect after login            login.spec.ts "next", apps/hub/src/pages/next-url.spec.ts
 * CVE-2020-36191  API by cookie, body of a plain form  here
 * CVE-2021-41247  tokens outlive the log-out           here; codes and single tokens: oauth.spec.ts
 * CVE-2024-28233  cookies of a sibling domain          here; planted sessions and garbage: login.spec.ts
 * CVE-2024-41942  admin:users makes admins             here; modifying admins: users.spec.ts
 * CVE-2026-33709  our host, then `//evil`              apps/hub/src/pages/next-url.spec.ts "our own address in front of another"
 * CVE-2026-40864  no-cors taken for same-origin        here; the rules one by one: apps/hub/src/http/xsrf.spec.ts
 * CVE-2026-54338  endless name logged and echoed       here
 * GHSA-69wv       filtered scopes without a resource   here; on other resources: access.spec.ts
 * GHSA-mj6q       shares follow a name                 shares.spec.ts "a renamed owner/receiver keeps the share"
 * GHSA-c4gm       `next` not escaped on pages          here; name and next on the login page: login.spec.ts
 */
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ScopeDefinitions } from '#scopes';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { ADMIN_TOKEN, type Answer, TestApp } from '../support/app.js';
import { type DeclaredRoute, databaseOf, declaredRoutes } from '../support/routes.js';

const SECRET = 'advisories-test-secret-of-board-0123456789';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SETTINGS = {
  JupyterHub: {
    load_groups: { staff: { users: ['ada'] } },
    services: [
      { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
      { name: 'board', url: 'http://127.0.0.1:9', api_token: SECRET, oauth_no_confirm: true },
    ],
    load_roles: [
      { name: 'user', scopes: ['self', 'access:services!service=board'] },
      { name: 'clerk', scopes: ['admin:users'], users: ['clerk'] },
    ],
  },
  Authenticator: { allowed_users: ['ada', 'mallory', 'boss', 'clerk'], admin_users: ['boss'] },
};

let app: TestApp;
let routes: DeclaredRoute[];
beforeAll(async () => {
  app = await TestApp.create(SETTINGS);
  routes = declaredRoutes(app);
});
afterAll(() => app.close());

const fill = (url: string) =>
  url.replace(':user', 'ada').replace(':owner', 'boss').replace(':server', 'lab').replace(':group', 'staff').replace(':service', 'board').replace('*', 'x').replace(/:\w+/g, '404');
const userId = async (name: string) => ((await app.hub.foundation.db('users').where({ name }).first()) as { id: number }).id;
/** The database, but for when things were last used. */
const state = async () => JSON.stringify(await databaseOf(app), (key, value: unknown) => (key === 'last_activity' ? undefined : value));

describe('CVE-2020-36191', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])('a form of another site, sent as %s, is refused by every route that takes POST', async (type) => {
    const { cookie } = await app.logIn('boss');
    const before = await state();
    const posts = routes.filter(({ method, url }) => method === 'POST' && url.startsWith('/hub/api'));
    expect(posts.length).toBeGreaterThan(15);
    for (const { url } of posts) {
      for (const site of [{}, { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }]) {
        const headers: Record<string, string> = { cookie, ...(site as Record<string, string>), ...(type && { 'content-type': type }) };
        const { status } = await app.request({ method: 'POST', path: fill(url), raw: '{"usernames": ["planted"], "users": ["mallory"], "admin": true, "x": "="}', headers });
        expect([url, status >= 400 && status < 500]).toEqual([url, true]);
      }
    }
    expect(await state()).toBe(before);
  });
});

describe('CVE-2021-41247', () => {
  const authorize = (cookie: string) => app.request({ path: '/hub/api/oauth2/authorize?client_id=service-board&response_type=code', headers: { cookie } });
  const codeIn = ({ headers }: Answer) => new URL(String(headers.location), 'http://hub').searchParams.get('code');
  const exchange = (code: string) =>
    app.request({
      method: 'POST',
      path: '/hub/api/oauth2/token',
      raw: new URLSearchParams({ client_id: 'service-board', client_secret: SECRET, grant_type: 'authorization_code', code }).toString(),
      headers: FORM,
    });
  const status = async (token: string) => (await app.request({ path: '/hub/api/user', token })).status;

  /** What a tab does all the time: asks for a code with its cookies, and makes a token of it. */
  async function poll(cookie: string): Promise<string | undefined> {
    const code = codeIn(await authorize(cookie));
    return code === null ? undefined : ((await exchange(code)).json.access_token as string | undefined);
  }

  test('after a log-out, all that tabs were given is dead, and what they ask for with their old cookies is refused', async () => {
    const [{ cookie }, elsewhere] = [await app.logIn('ada'), await app.logIn('ada')];
    const given = await Promise.all([poll(cookie), poll(cookie), poll(cookie)]);
    const kept = (await poll(elsewhere.cookie))!;
    expect(await Promise.all(given.map((token) => status(token!)))).toEqual([200, 200, 200]);
    const late = codeIn(await authorize(cookie))!;
    await app.request({ path: '/hub/logout', headers: { cookie } });
    expect(await Promise.all(given.map((token) => status(token!)))).toEqual([403, 403, 403]);
    expect((await exchange(late)).status).toBe(400);
    expect((await authorize(cookie)).headers.location).toMatch(/^\/hub\/login/);
    expect((await app.request({ path: '/hub/api/user', headers: { cookie } })).status).toBe(403);
    expect(await status(kept)).toBe(200);
  });

  test('nothing survives that tabs are given in the very moment of the log-out', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { cookie } = await app.logIn('ada');
      const polls = Array.from({ length: 3 }, () => poll(cookie));
      for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
      const [tokens] = await Promise.all([Promise.all(polls), app.request({ path: '/hub/logout', headers: { cookie } })]);
      for (const token of tokens) if (token) expect(await status(token)).toBe(403);
      const session = /jupyterhub-session-id=(\w+)/.exec(cookie)![1]!;
      expect(await app.hub.foundation.db('api_tokens').where('session_id', session)).toEqual([]);
    }
  });
});

describe('CVE-2024-28233', () => {
  test('an XSRF token that was planted, with the session of its planter or none, opens nothing', async () => {
    const [victim, planter] = [await app.logIn('ada'), await app.logIn('mallory')];
    const anonymous = /_xsrf=([^;]+)/.exec(String((await app.request({ path: '/hub/login' })).headers['set-cookie']))![1]!;
    for (const planted of [planter.xsrf, anonymous]) {
      for (const cookie of [`_xsrf=${planted}; ${victim.cookie}`, `${victim.cookie}; _xsrf=${planted}`]) {
        const send = (xsrf: string) => app.request({ method: 'POST', path: '/hub/api/users/ada/tokens', body: {}, headers: { cookie, 'x-xsrftoken': xsrf } });
        expect((await send(planted)).status).toBe(403);
        expect((await send(victim.xsrf)).status).toBe(201);
      }
    }
  });

  test('cookies are for one host and the paths of the hub', async () => {
    const jar = await app.request({ path: '/hub/login' });
    for (const line of [jar.headers['set-cookie']].flat().map(String)) expect(line).not.toMatch(/domain=/i);
  });

  test('with cookie_host_prefix_enabled, a login from a neighbour is none', async () => {
    const strict = await TestApp.create({ ...SETTINGS, JupyterHub: { ...SETTINGS.JupyterHub, cookie_host_prefix_enabled: true } });
    try {
      const planted = (await app.logIn('mallory')).cookie;
      const { cookie } = await strict.logIn('ada');
      expect(cookie).toMatch(/__Host-jupyterhub-hub-login=/);
      const whois = async (sent: string) => (await strict.request({ path: '/hub/api/user', headers: { cookie: sent } })).json.name as unknown;
      expect(await whois(`${planted}; ${cookie}`)).toBe('ada');
      const own = await strict.logIn('mallory');
      expect(await whois(own.cookie.replaceAll('__Host-', ''))).toBeUndefined();
    } finally {
      await strict.close();
    }
  });

  test('a token in an address is none', async () => {
    for (const path of [`/hub/api/user?token=${ADMIN_TOKEN}`, `/hub/api/users?token=${ADMIN_TOKEN}`]) expect((await app.request({ path })).status).toBe(403);
    expect((await app.request({ path: `/hub/home?token=${ADMIN_TOKEN}` })).status).toBe(302);
  });
});

describe('CVE-2024-41942', () => {
  test.each([
    ['POST', '/users/made', { admin: true }],
    ['POST', '/users', { usernames: ['made'], admin: true }],
    ['PATCH', '/users/clerk', { admin: true }],
    ['PATCH', '/users/ada', { admin: true }],
    ['PATCH', '/users/clerk', { roles: ['admin'] }],
    ['PATCH', '/users/boss', { name: 'tamed' }],
    ['POST', '/groups/staff', { users: ['clerk'], roles: ['admin'] }],
    ['POST', '/users/boss/tokens', {}],
    ['POST', '/users/clerk/tokens', { scopes: ['admin:groups'] }],
    ['POST', '/users/clerk/tokens', { roles: ['admin'] }],
  ])('who has admin:users but is no admin gets no further by %s %s %j', async (method, path, body) => {
    const token = (await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id: await userId('clerk') }, note: '', scopes: ['inherit'] })).token;
    const before = await state();
    const answer = await app.request({ method, path: `/hub/api${path}`, token, body });
    expect([400, 403, 404]).toContain(answer.status);
    expect(await state()).toBe(before);
  });
});

describe('CVE-2026-40864', () => {
  const MODES = [undefined, 'navigate', 'cors', 'no-cors', 'same-origin', 'websocket', 'nonsense'];
  const SITES = [undefined, 'same-origin', 'same-site', 'cross-site', 'none', 'nonsense'];
  const MATRIX = MODES.flatMap((mode) => SITES.map((site) => [mode, site] as const));

  test.each(MATRIX)('with mode %s from site %s, nothing but harmless reading works without the XSRF token', async (mode, site) => {
    const { cookie } = await app.logIn('boss');
    const before = await state();
    const headers = { cookie, ...(mode && { 'sec-fetch-mode': mode }), ...(site && { 'sec-fetch-site': site }) };
    const harmless = [undefined, 'navigate', 'websocket'].includes(mode) || (mode === 'no-cors' && site === 'same-origin');
    expect((await app.request({ path: '/hub/api/users', headers })).status).toBe(harmless ? 200 : 403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await app.request({ method, path: `/hub/api/users/ada${method === 'PUT' ? '/server' : ''}`, raw: '{"admin":true}', headers })).status).toBe(403);
    }
    for (const path of ['/hub/spawn', '/hub/spawn/ada', '/hub/accept-share?code=x', '/hub/api/oauth2/authorize?client_id=service-board']) {
      expect((await app.request({ method: 'POST', path, raw: 'code=x', headers: { ...headers, ...FORM } })).status).toBe(403);
    }
    // pictures of our own pages come this way
    expect((await app.request({ path: '/hub/logo', headers })).status).toBe(200);
    expect(await state()).toBe(before);
  });
});

describe('CVE-2026-54338', () => {
  const submit = async (username: string) => {
    const page = await app.request({ path: '/hub/login' });
    const xsrf = /_xsrf=([^;]+)/.exec(String(page.headers['set-cookie']))![1]!;
    const raw = new URLSearchParams({ username, password: 'guess', _xsrf: xsrf }).toString();
    return app.request({ method: 'POST', path: '/hub/login', raw, headers: { ...FORM, cookie: `_xsrf=${xsrf}` } });
  };

  test.each([
    ['that is long', 'm'.repeat(1_000_000)],
    ['with line ends', 'eve\r\n[I 2026-01-01] User logged in: boss'],
    ['with colours', '\x1b[31meve\x07\u2028next'],
  ])('a name %s is logged and shown in part, on one line', async (_what, username) => {
    const warn = vi.spyOn(Logger.prototype, 'warn');
    try {
      const { status, text } = await submit(username);
      expect(status).toBe(403);
      expect(/<input[^>]*name="username"[^>]*/.exec(text)![0].length).toBeLessThan(600);
      const logged = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('Failed login'));
      expect(logged).toHaveLength(1);
      expect(logged[0]).not.toMatch(/[\0-\x1f]/);
      expect(logged[0]!.length).toBeLessThan(250);
    } finally {
      warn.mockRestore();
    }
  });

  test('ten million characters are not even read', async () => {
    const raw = `username=${'m'.repeat(10_000_000)}`;
    expect((await app.request({ method: 'POST', path: '/hub/login', raw, headers: FORM })).status).toBe(413);
  });
});

describe('GHSA-69wv', () => {
  const FILTERS = { user: ['ada'], group: ['staff', 'nobody', ''], server: ['ada/', 'ada/lab'], service: ['board'] } as const;
  /** Each of a route's scopes, narrowed in every way that it can be. */
  const filtered = (anyOf: readonly string[]) =>
    anyOf.flatMap((scope) => Object.entries(FILTERS).flatMap(([filter, names]) => (ScopeDefinitions.builtIn.get(scope)?.filters.includes(filter as 'user') ? names.map((name) => `${scope}!${filter}=${name}`) : [])));
  const withScope = async (scope: string) => (await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id: await userId('boss') }, note: 'narrow', scopes: [scope] })).token;
  const concrete = /:(user|group|service)\b/;
  const about = (list: boolean) => routes.flatMap((route) => (route.rule?.kind === 'scope' && Boolean(route.rule.list) === list && !concrete.test(route.url) ? [{ ...route, anyOf: route.rule.anyOf }] : []));

  test('no narrowed scope opens a route that names no resource', async () => {
    let tried = 0;
    for (const { method, url, anyOf } of about(false)) {
      for (const scope of filtered(anyOf)) {
        const token = await withScope(scope);
        const before = await state();
        const { status } = await app.request({ method, path: `${url}?user=ada&scope=read:users`, token, body: method === 'GET' ? undefined : { usernames: ['planted'] } });
        expect([method, url, scope, status]).toEqual([method, url, scope, 403]);
        expect(await state()).toBe(before);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(8);
  });

  test('lists show what a narrowed scope covers, and nothing else', async () => {
    const shown = async (url: string, scope: string) => {
      const { status, json } = await app.request({ path: url, token: await withScope(scope) });
      return status === 200 ? (Array.isArray(json) ? json : Object.values(json as object)).map((row: { name: string }) => row.name) : status;
    };
    // the events are a stream; events.spec holds who is shown what
    const lists = about(true).filter(({ url }) => !/\/(metrics|events)$/.test(url));
    expect(lists.map(({ url }) => url).sort()).toEqual(['/hub/api/groups', '/hub/api/services', '/hub/api/users']);
    const covered: Record<string, string[]> = { 'list:users!user=ada': ['ada'], 'list:users!group=staff': ['ada'], 'list:groups!group=staff': ['staff'], 'list:services!service=board': ['board'] };
    for (const { url, anyOf } of lists) {
      for (const scope of filtered(anyOf)) expect([scope, await shown(url, scope)]).toEqual([scope, covered[scope] ?? (scope.endsWith('=') ? 403 : [])]);
    }
  });
});

describe('GHSA-c4gm', () => {
  const PAYLOADS = ['"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", '/hub/home?\'"></script><img src=x onerror=alert(1)>', '/hub/home"><img src=x onerror=alert(1)>', "/hub/home' onmouseover='alert(1)", 'javascript:alert(1)', '/hub/x{{7*191}}y'];
  const RAW = /<img src=x|<svg\/onload|' onmouseover='|(?:href|action|src)=["']?\s*javascript:|x1337y/i;

  test.each(PAYLOADS)('next=%s is text on every page, or is not there', async (payload) => {
    const { cookie } = await app.logIn('boss');
    await app.admin('PUT', '/users/ada/servers/lab', {});
    const code = (await app.admin('POST', '/share-codes/ada/lab', {})).json.code as string;
    // these are no pages, or start servers
    const pages = routes.filter(({ method, url }) => method === 'GET' && !/^\/hub\/api|\/(spawn|user-redirect|front-door|logout|static|metrics)\b(?!-)/.test(url));
    expect(pages.length).toBeGreaterThan(8);
    const args = new URLSearchParams({ next: payload, url: payload, code, username: payload, redirects: payload });
    for (const path of [...pages.map(({ url }) => fill(url)), '/hub/nothing', '/hub/api/oauth2/authorize']) {
      for (const headers of [{}, { cookie }] as Record<string, string>[]) {
        const answer = await app.request({ path: `${path}?${args}`, headers });
        // 503: the app of the admin area is not built here
        expect([path, answer.status < 500 || answer.status === 503, RAW.exec(answer.text)?.[0]]).toEqual([path, true, undefined]);
        expect([path, String(answer.headers.location ?? '/')]).toEqual([path, expect.stringMatching(/^\/(?!\/)\S*$/)]);
      }
    }
  });
});
