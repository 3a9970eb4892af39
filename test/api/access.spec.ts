import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScopeDefinitions } from '#scopes';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { ADMIN_TOKEN, type Answer, TestApp } from '../support/app.js';
import { ACCESS_RULES } from './access-rules.js';
import { type DeclaredRoute, databaseOf, declaredRoutes } from '../support/routes.js';

/** What strangers may use; whoever adds to this list has to say why on the line of the route. */
const OPEN = [
  'GET /hub/api', 'GET /hub/api/openapi.json', 'GET /hub/api/health', 'GET /hub/health', 'HEAD /hub/api/health', 'HEAD /hub/health',
  'POST /hub/api/authorizations/token', 'POST /hub/api/authorizations/token/:token', 'POST /hub/api/oauth2/token', 'POST /hub/api/users/:user/tokens',
  'GET /hub/error/:code', 'GET /hub/front-door', 'GET /hub/login', 'POST /hub/login', 'GET /hub/logout', 'GET /hub/oauth_login', 'GET /hub/oauth_callback',
  'GET /hub/login/code', 'POST /hub/login/code', 'GET /hub/signup', 'POST /hub/signup',
  'GET /hub/logo', 'HEAD /hub/logo', 'GET /hub/static/*', 'HEAD /hub/static/*',
  ...['POST', 'PATCH', 'DELETE'].flatMap((method) => [`${method} /hub/user/:user`, `${method} /hub/user/:user/*`]),
];

let app: TestApp;
let routes: DeclaredRoute[];
/** Of `mallory`, who is nobody's admin: with nothing but the right to know who it is. */
let bare: string;
let boss: number;

const anyOf = ({ rule }: DeclaredRoute) => (rule?.kind === 'scope' ? rule.anyOf : []);
const nameOf = ({ method, url }: DeclaredRoute) => `${method} ${url}`;
const kind = (wanted: string) => routes.filter(({ rule }) => rule?.kind === wanted);

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_groups: { staff: { users: ['ada'] }, other: {} },
      services: [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }, { name: 'board', url: 'http://127.0.0.1:9' }],
    },
    Authenticator: { admin_users: ['boss'], allowed_users: ['ada', 'mallory', 'boss'] },
  });
  routes = declaredRoutes(app);
  boss = ((await app.hub.foundation.db('users').where('name', 'boss').first()) as { id: number }).id;
  for (const made of ['PUT /users/ada/servers/lab', 'PUT /users/mallory/servers/lab', 'POST /users/ada/tokens']) {
    const [method, apiPath] = made.split(' ') as [string, string];
    expect((await app.admin(method, apiPath)).status).toBeLessThan(202);
  }
  bare = (await app.admin('POST', '/users/mallory/tokens', { scopes: [] })).json.token as string;
});
afterAll(() => app.close());

/** A token of the admin, cut to some scopes. */
const tokenWith = async (scopes: string[]) => (await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id: boss }, note: 'cut', scopes })).token;

const fill = (url: string) =>
  url.replace(':user', 'ada').replace(':owner', 'bob').replace(':server', 'lab').replace(':group', 'staff').replace(':service', 'board').replace(':token', 'a1').replace(':code', '404').replace('*', 'x');

const ask = ({ method, url }: DeclaredRoute, token?: string): Promise<Answer> => app.request({ method, path: fill(url), token, body: method === 'GET' ? undefined : {} });

test('every route comes from a controller and has an access rule', () => {
  expect(routes.filter(({ rule }) => !rule).map(nameOf)).toEqual([]);
  const served = [...new Set(app.hub.routes.routes.map(({ method, url }) => `${method} ${url}`))].sort();
  expect(served).toEqual([...new Set(routes.map(nameOf))].sort());
  expect(routes.length).toBeGreaterThan(60);
});

test('what is open is known, with a reason', () => {
  expect(kind('open').map(nameOf).sort()).toEqual([...OPEN].sort());
  for (const { rule } of kind('open')) expect((rule as { reason: string }).reason.length).toBeGreaterThan(10);
});

test('every other route asks for what it should', () => {
  const asked = routes.flatMap(({ method, url, rule }) => {
    if (!rule || rule.kind === 'open') return [];
    const needs = rule.kind === 'scope' ? `${rule.list ? 'any form of ' : ''}${rule.anyOf.join(' ')}` : [rule.kind, ...(rule.kind === 'login' ? rule.anyOf : [])].join(' ');
    return [`${method.padEnd(6)} ${url}  ${needs}`];
  });
  expect(asked.sort()).toEqual(ACCESS_RULES.trim().split('\n').sort());
});

describe('refused, and nothing changes:', () => {
  let before: Record<string, unknown[]>;
  beforeAll(async () => void (before = await databaseOf(app)));
  const unchanged = async () => expect(await databaseOf(app)).toEqual(before);

  // the metrics are refused with a page, below the API too
  const isApi = ({ url }: DeclaredRoute) => url.startsWith('/hub/api') && url !== '/hub/api/metrics';

  test.each([
    ['no token', () => undefined],
    ['a token that nobody was given', () => 'deadbeefdeadbeefdeadbeefdeadbeef'],
  ])('every protected route of the API with %s', async (_what, token) => {
    for (const route of [...kind('scope'), ...kind('caller')].filter(isApi)) {
      const { status, json } = await ask(route, token());
      expect([nameOf(route), status]).toEqual([nameOf(route), 403]);
      expect(json).toEqual({ status: 403, message: expect.any(String) as string });
    }
    await unchanged();
  });

  test('every route that needs a scope with a token that has none', async () => {
    expect((await app.request({ path: '/hub/api/user', token: bare })).json.name).toBe('mallory');
    for (const route of kind('scope')) {
      // with its own name readable, it may not even learn whether there are others
      const expected = anyOf(route).includes('read:users:name') && route.url.includes(':user') ? 404 : 403;
      expect([nameOf(route), (await ask(route, bare)).status]).toEqual([nameOf(route), expected]);
    }
    await unchanged();
  });

  test('every route about somebody or something with scopes on another', async () => {
    const others = { user: ['mallory'], server: ['mallory/lab', 'ada/other'], group: ['other'], service: ['announcement'] };
    const about = kind('scope').filter(({ url, rule }) => /:(user|group|service)\b/.test(url) && rule?.kind === 'scope' && !rule.list);
    expect(about.length).toBeGreaterThan(25);
    for (const route of about) {
      for (const [filter, names] of Object.entries(others)) {
        const scopes = anyOf(route).filter((base) => ScopeDefinitions.builtIn.get(base)?.filters.includes(filter as 'user')).flatMap((base) => names.map((name) => `${base}!${filter}=${name}`));
        if (scopes.length === 0) continue;
        const { status } = await ask(route, await tokenWith(scopes));
        expect([nameOf(route), scopes, status]).toEqual([nameOf(route), scopes, 404]);
      }
    }
    // the tokens made here are the one change
    const { api_tokens: _, ...after } = await databaseOf(app);
    const { api_tokens: __, ...earlier } = before;
    expect(after).toEqual(earlier);
    await app.hub.foundation.db('api_tokens').where('note', 'cut').delete();
  });

  test('every route about the whole with scopes on a part', async () => {
    const whole = kind('scope').filter(({ url, rule }) => !/:(user|group|service)\b/.test(url) && rule?.kind === 'scope' && !rule.list);
    for (const route of whole) {
      const scopes = anyOf(route).filter((base) => ScopeDefinitions.builtIn.get(base)?.filters.includes('user')).map((base) => `${base}!user=ada`);
      expect([nameOf(route), (await ask(route, await tokenWith(scopes))).status]).toEqual([nameOf(route), 403]);
    }
    await app.hub.foundation.db('api_tokens').where('note', 'cut').delete();
    await unchanged();
  });

  test('every page to strangers, who are shown the way to log in, tokens or not', async () => {
    for (const route of kind('login')) {
      for (const token of [undefined, bare]) {
        if (token && route.url.startsWith('/hub/user')) continue;
        const { status, headers } = await ask(route, token);
        const expected = route.method === 'GET' ? [302, `/hub/login?next=${encodeURIComponent(fill(route.url))}`] : [403, undefined];
        expect([nameOf(route), status, headers.location]).toEqual([nameOf(route), ...expected]);
      }
    }
    await unchanged();
  });

  test('every page about somebody else to those who are logged in', async () => {
    const { cookie, xsrf } = await app.logIn('mallory');
    const about = kind('login').filter(({ url }) => url.includes(':user'));
    expect(about.length).toBeGreaterThan(5);
    before = await databaseOf(app);
    for (const { method, url } of about) {
      const { status } = await app.request({ method, path: `${fill(url)}?_xsrf=${xsrf}`, headers: { cookie } });
      expect([method, url, status]).toEqual([method, url, 404]);
    }
    await unchanged();
  });
});

test.each([
  ['GET', '/hub/api/nothing-here'],
  ['POST', '/hub/api/users/ada/nothing'],
  ['GET', '/hub/api/users/'],
  ['DELETE', '/hub/nothing'],
])('%s %s is 404 for everybody', async (method, path) => {
  for (const token of [undefined, bare]) expect((await app.request({ method, path, token })).status).toBe(404);
});
