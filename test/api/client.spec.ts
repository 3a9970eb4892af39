import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubApiError, HubClient } from '#hub-client';
import { canonicalUrl } from '../../apps/hub/src/http/canonical-url.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

/** Routes that no program asks for. */
const NOT_FOR_PROGRAMS = [
  'GET /hub/api/oauth2/authorize', // a page
  'POST /hub/api/oauth2/authorize', // its form
  'POST /hub/api/oauth2/token', // HubOAuth, with a secret of its own
  'HEAD /hub/api/health', // as GET
  'POST /hub/api/authorizations/token', // says that it is gone
  'POST /hub/api/authorizations/token/:token', // says that it is gone
  'GET /hub/api/authorizations/cookie/:name', // has a body, which fetch cannot send; the other form has none
  'POST /hub/api/users/:user/admin-access', // always refused
];

/** The API of a proxy that has one route and takes any other. */
const proxy = createServer((req, res) => void res.end(req.method === 'GET' ? '{"/":{"target":"http://127.0.0.1:9","jupyterhub":true}}' : ''));

let app: TestApp;
let hub: HubClient;
let cookie: string;
const asked: string[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  app = await TestApp.create({
    ConfigurableHTTPProxy: { api_url: addressOf(proxy), should_start: false },
    JupyterHub: { load_groups: { staff: { users: ['bob'] } }, api_page_default_limit: 2 },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
  cookie = (await app.logIn('ada')).cookie;
  await app.hub.app.listen(0, '127.0.0.1');
  const server = app.hub.app.getHttpServer() as Server;
  // before the hub rewrites the address
  server.prependListener('request', ({ method, url }: IncomingMessage) => asked.push(`${method} ${canonicalUrl(url!.split('?')[0]!, '/')}`));
  hub = new HubClient({ apiUrl: `${addressOf(server)}/hub/api`, token: ADMIN_TOKEN });
});
afterAll(async () => {
  await app.close();
  proxy.close();
});

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function exported(): Promise<unknown[]> {
  const records: unknown[] = [];
  await hub.audit.export((record) => records.push(record), { target: 'user:ada' });
  return records;
}

function firstEvent(): Promise<unknown> {
  const enough = new AbortController();
  return new Promise((resolve) => {
    const seen = (event: unknown) => {
      resolve(event);
      enough.abort();
    };
    hub.operations.followEvents(seen, { signal: enough.signal }).catch(() => undefined);
  });
}

const refusedWith = (status: number) => expect.objectContaining({ name: HubApiError.name, status }) as unknown;
const named = (...names: string[]) => names.map((name) => expect.objectContaining({ name }) as unknown);
const sharedBy = (owner: string, server: string) => expect.objectContaining({ server: expect.objectContaining({ name: server, user: { name: owner } }) as unknown }) as unknown;
const cookieOf = (name: string) => new RegExp(`${name}="?([^;"]+)`).exec(cookie)![1]!;
let tokenId = '';
const POLICY = { timeout: { default: 600, named: null }, group_timeout: { staff: 60 }, max_age: null, grace: 0 };
const WARNING = { at: '2026-01-01T00:00:00Z', reason: 'it was not used' };

/** A day in the life of a hub, in this order: the route, the call, and what it gives. */
const CALLS: [route: string, call: () => Promise<unknown>, result: unknown][] = [
  ['GET /hub/api', () => hub.version(), { version: expect.any(String) }],
  ['GET /hub/api/info', () => hub.info(), expect.objectContaining({ spawner: expect.any(Object) })],
  ['GET /hub/api/audit', () => hub.audit.page({ action: 'login', limit: 1 }), { items: [expect.objectContaining({ actor: { kind: 'user', name: 'ada' }, outcome: 'ok' })], next: null }],
  ['GET /hub/api/audit', () => exported(), [expect.objectContaining({ action: 'login' })]],
  ['GET /hub/api/users/:user/audit', () => hub.audit.ofUser('ada', { outcome: 'ok' }), { items: [expect.objectContaining({ action: 'login' })], next: null }],
  ['GET /hub/api/config', () => hub.operations.config(), expect.objectContaining({ JupyterHub: expect.objectContaining({ allow_named_servers: { value: true, changed: true } }) })],
  ['GET /hub/api/overview', () => hub.operations.overview({ hours: 1 }), { step_seconds: 60, times: [], series: expect.objectContaining({ queue: [] }) }],
  ['GET /hub/api/health', () => hub.operations.health(), undefined],
  ['GET /hub/api/openapi.json', () => hub.operations.openApi(), expect.objectContaining({ openapi: '3.1.0' })],
  ['GET /hub/api/metrics', () => hub.operations.metrics(), expect.stringContaining('# TYPE jupyterhub_')],
  ['GET /hub/api/orphans', () => hub.operations.orphans(), []],
  ['GET /hub/api/user', () => hub.whoami(), expect.objectContaining({ name: 'admin-service' })],
  ['POST /hub/api/users/:user', () => hub.createUser('cara'), expect.objectContaining({ name: 'cara' })],
  ['POST /hub/api/users', () => hub.createUsers(['dan', 'eve é']), named('dan', 'eve é')],
  ['GET /hub/api/users', () => all(hub.users({ limit: 2, sort: 'name' })), named('ada', 'bob', 'cara', 'dan', 'eve é')],
  ['GET /hub/api/users/:user', () => hub.getUser('eve é'), expect.objectContaining({ name: 'eve é' })],
  ['PATCH /hub/api/users/:user', () => hub.modifyUser('eve é', { name: 'eva' }), expect.objectContaining({ name: 'eva' })],
  ['DELETE /hub/api/users/:user', () => hub.deleteUser('eva'), undefined],
  ['POST /hub/api/users/:user/activity', () => hub.reportActivity('ada', { last_activity: '2026-01-01T00:00:00Z' }), undefined],
  ['POST /hub/api/users/:user/tokens', async () => ({ id: tokenId } = await hub.createToken('ada', { note: 'n', expires_in: 60 })), expect.objectContaining({ note: 'n', token: expect.any(String) })],
  ['GET /hub/api/users/:user/tokens', () => hub.tokens('ada'), [expect.objectContaining({ note: 'n' })]],
  ['GET /hub/api/users/:user/tokens/:token', () => hub.getToken('ada', tokenId), expect.objectContaining({ note: 'n' })],
  ['POST /hub/api/reload', () => hub.operations.reload(), { changes: [] }],
  ['GET /hub/api/events', () => firstEvent(), { kind: 'refresh' }],
  ['GET /hub/api/explain', () => hub.operations.explain({ token: tokenId }, 'read:users', 'user:bob'), expect.objectContaining({ allowed: false })],
  ['GET /hub/api/explain', () => hub.operations.explainCulling('ada'), expect.objectContaining({ server: 'ada/', verdicts: [] })],
  ['DELETE /hub/api/users/:user/tokens/:token', () => hub.revokeToken('ada', tokenId), undefined],
  ['GET /hub/api/authorizations/token/:token', () => hub.operations.tokenOwner(ADMIN_TOKEN), expect.objectContaining({ name: 'admin-service' })],
  ['GET /hub/api/authorizations/cookie/:name/:value', () => hub.operations.cookieOwner('jupyterhub-hub-login', cookieOf('jupyterhub-hub-login')), expect.objectContaining({ name: 'ada' })],

  ['PUT /hub/api/users/:user/servers/:server', () => hub.createServer('ada', 'lab', { display_name: 'Lab' }), expect.objectContaining({ display_name: 'Lab' })],
  ['PATCH /hub/api/users/:user/servers/:server', () => hub.modifyServer('ada', 'lab', { user_options: { a: 1 } }), expect.objectContaining({ user_options: { a: 1 } })],
  ['GET /hub/api/users/:user/servers/:server', () => hub.getServer('ada', 'lab'), expect.objectContaining({ name: 'lab', stopped: true })],
  ['GET /hub/api/culling', () => hub.culling.list(), { now: expect.any(String), since: expect.any(String), cullers: [] }],
  ['PUT /hub/api/culling', () => hub.culling.beginRound(POLICY, 60), expect.objectContaining({ cullers: [expect.objectContaining({ culler: 'service admin-service', policy: POLICY })] })],
  ['GET /hub/api/users/:user/servers/:server/activity', () => hub.culling.activity('ada', 'lab'), expect.objectContaining({ server: 'ada/lab', verdicts: [expect.objectContaining({ code: 'not-running' })] })],
  ['GET /hub/api/users/:user/server/activity', () => hub.culling.activity('ada'), expect.objectContaining({ server: 'ada/' })],
  ['PUT /hub/api/users/:user/servers/:server/cull-warning', () => hub.culling.warn('ada', 'lab', WARNING, null), refusedWith(400)],
  ['PUT /hub/api/users/:user/server/cull-warning', () => hub.culling.warn('ada', '', WARNING, WARNING.at), refusedWith(400)],
  ['DELETE /hub/api/users/:user/servers/:server/cull-warning', () => hub.culling.withdrawWarning('ada', 'lab'), undefined],
  ['DELETE /hub/api/users/:user/server/cull-warning', () => hub.culling.withdrawWarning('ada'), undefined],
  // what a start does needs a program that can be started; here it is asked for somebody who is not there
  ['POST /hub/api/users/:user/servers/:server', () => hub.startServer('nobody', 'lab'), refusedWith(404)],
  ['GET /hub/api/users/:user/servers/:server/progress', () => hub.watchStart('ada', 'lab', () => undefined), refusedWith(404)],
  ['GET /hub/api/users/:user/servers/:server/logs', () => hub.logs.ofServer('ada', 'lab'), []],
  ['GET /hub/api/users/:user/server/logs', () => hub.logs.followServer('nobody', '', () => undefined), refusedWith(404)],
  ['PUT /hub/api/users/:user/server', () => hub.createServer('ada'), refusedWith(409)],
  ['PATCH /hub/api/users/:user/server', () => hub.modifyServer('nobody', '', { display_name: 'Mine' }), refusedWith(404)],
  ['GET /hub/api/users/:user/server', () => hub.getServer('ada'), expect.objectContaining({ name: '' })],
  ['POST /hub/api/users/:user/server', () => hub.startServer('nobody'), refusedWith(404)],
  ['GET /hub/api/users/:user/server/progress', () => hub.watchStart('ada', '', () => undefined), refusedWith(404)],

  ['POST /hub/api/groups/:group', () => hub.createGroup('lab users', ['ada']), expect.objectContaining({ name: 'lab users', users: ['ada'] })],
  ['POST /hub/api/groups', () => hub.createGroups(['one', 'two']), named('one', 'two')],
  ['GET /hub/api/groups', () => all(hub.groups({ limit: 1 })), named('staff', 'lab users', 'one', 'two')],
  ['GET /hub/api/groups/:group', () => hub.getGroup('one'), expect.objectContaining({ users: [] })],
  ['POST /hub/api/groups/:group/users', () => hub.addToGroup('one', ['bob']), expect.objectContaining({ users: ['bob'] })],
  ['DELETE /hub/api/groups/:group/users', () => hub.removeFromGroup('one', ['bob']), expect.objectContaining({ users: [] })],
  ['PUT /hub/api/groups/:group/properties', () => hub.setGroupProperties('one', { color: 'red' }), expect.objectContaining({ properties: { color: 'red' } })],
  ['DELETE /hub/api/groups/:group', () => hub.deleteGroup('one'), undefined],

  ...(['lab', ''] as const).flatMap((server): typeof CALLS => {
    const end = server === '' ? 'server/default' : ':server';
    return [
      [`POST /hub/api/shares/:user/${end}`, () => hub.shares.grant('ada', server, { user: 'bob' }), sharedBy('ada', server)],
      [`POST /hub/api/shares/:user/${end}`, () => hub.shares.grant('ada', server, { group: 'staff' }), sharedBy('ada', server)],
      [`GET /hub/api/shares/:user/${end}`, () => all(hub.shares.list('ada', server, { limit: 1 })), [sharedBy('ada', server), sharedBy('ada', server)]],
      ['GET /hub/api/shares/:user', () => all(hub.shares.list('ada')), [sharedBy('ada', server), sharedBy('ada', server)]],
      ['GET /hub/api/users/:user/shared', () => all(hub.shares.withUser('bob')), [sharedBy('ada', server), sharedBy('ada', server)]],
      [`GET /hub/api/users/:user/shared/:owner/${end}`, () => hub.shares.getWithUser('bob', 'ada', server), sharedBy('ada', server)],
      ['GET /hub/api/groups/:group/shared', () => all(hub.shares.withGroup('staff')), [sharedBy('ada', server)]],
      [`GET /hub/api/groups/:group/shared/:owner/${end}`, () => hub.shares.getWithGroup('staff', 'ada', server), sharedBy('ada', server)],
      [`PATCH /hub/api/shares/:user/${end}`, () => hub.shares.revoke('ada', server, { user: 'bob', scopes: ['read:servers'] }), sharedBy('ada', server)],
      [`DELETE /hub/api/groups/:group/shared/:owner/${end}`, () => hub.shares.leaveAsGroup('staff', 'ada', server), undefined],
      [`PATCH /hub/api/shares/:user/${end}`, () => hub.shares.revoke('ada', server, { user: 'bob' }), undefined],
      [`POST /hub/api/shares/:user/${end}`, () => hub.shares.grant('ada', server, { user: 'bob', scopes: ['access:servers'] }), sharedBy('ada', server)],
      [`DELETE /hub/api/users/:user/shared/:owner/${end}`, () => hub.shares.leaveAsUser('bob', 'ada', server), undefined],
      [`DELETE /hub/api/shares/:user/${end}`, () => hub.shares.revokeAll('ada', server), undefined],
      [`POST /hub/api/share-codes/:user/${end}`, () => hub.shares.createCode('ada', server, { expires_in: 60 }), expect.objectContaining({ code: expect.any(String) })],
      [`POST /hub/api/share-codes/:user/${end}`, async () => hub.shares.deleteCodes('ada', server, { id: (await hub.shares.createCode('ada', server)).id }), undefined],
      [`GET /hub/api/share-codes/:user/${end}`, () => all(hub.shares.codes('ada', server)), [sharedBy('ada', server)]],
      ['GET /hub/api/share-codes/:user', () => all(hub.shares.codes('ada')), [sharedBy('ada', server)]],
      [`DELETE /hub/api/share-codes/:user/${end}`, () => hub.shares.deleteCodes('ada', server), undefined],
    ];
  }),
  ['DELETE /hub/api/users/:user/servers/:server', () => hub.stopServer('ada', 'lab', { remove: true }), 'stopped'],
  ['DELETE /hub/api/users/:user/server', () => hub.stopServer('ada'), 'stopped'],

  ['POST /hub/api/services/:service', () => hub.createService('board', { display: false }), expect.objectContaining({ name: 'board' })],
  ['GET /hub/api/services', () => hub.services(), expect.objectContaining({ board: expect.any(Object) })],
  ['GET /hub/api/services/:service', () => hub.getService('board'), expect.objectContaining({ name: 'board' })],
  ['GET /hub/api/services/:service/logs', () => hub.logs.ofService('board', { tail: 5 }), refusedWith(404)],
  // what the hub runs is seen in test/e2e; this one it does not run
  ['POST /hub/api/services/:service/start', () => hub.startManagedService('board'), refusedWith(400)],
  ['POST /hub/api/services/:service/stop', () => hub.stopManagedService('board'), refusedWith(400)],
  ['POST /hub/api/services/:service/restart', () => hub.restartManagedService('board'), refusedWith(400)],
  ['POST /hub/api/services/:service/run', () => hub.runScheduledService('board'), refusedWith(400)],
  ['DELETE /hub/api/services/:service', () => hub.deleteService('board'), undefined],

  // people of this hub have no passwords of its own; what they do with them is seen in native.spec.ts
  ['GET /hub/api/native/accounts', () => hub.accounts.page({ state: 'pending' }), refusedWith(404)],
  ['GET /hub/api/native/accounts/:user', () => hub.accounts.get('ada'), refusedWith(404)],
  ['POST /hub/api/native/accounts/:user/approve', () => hub.accounts.approve('ada'), refusedWith(404)],
  ['POST /hub/api/native/accounts/:user/password', () => hub.accounts.setPassword('ada', 'zebra ladder nine'), refusedWith(404)],
  ['DELETE /hub/api/native/accounts/:user/two-factor', () => hub.accounts.resetTwoFactor('ada'), refusedWith(404)],
  ['DELETE /hub/api/native/accounts/:user', () => hub.accounts.remove('ada'), refusedWith(404)],

  ['GET /hub/api/proxy', () => hub.proxyRoutes(), { '/': expect.objectContaining({ target: 'http://127.0.0.1:9' }) }],
  ['POST /hub/api/proxy', () => hub.checkProxy(), undefined],
  // both the hub and its proxy shall live on
  ['PATCH /hub/api/proxy', () => hub.moveProxy({ api_url: 5 as unknown as string }), refusedWith(400)],
  ['POST /hub/api/shutdown', () => hub.shutdown({ proxy: 'maybe' as unknown as boolean }), refusedWith(400)],
];

test.each(CALLS)('%s', async (route, call, result) => {
  asked.length = 0;
  expect(await call().catch((error: unknown) => error)).toEqual(result);
  const [method, url] = route.split(' ') as [string, string];
  const pattern = new RegExp(`^${method} ${url.replaceAll(/:\w+/g, '[^/]+')}$`);
  expect(asked).toEqual(expect.arrayContaining([expect.stringMatching(pattern)]));
});

test('every route of the API is called here, or is not for programs', () => {
  const routes = new Set(app.hub.routes.routes.map(({ method, url }) => `${method} ${url}`).filter((name) => / \/hub\/api\b/.test(name)));
  expect([...new Set([...CALLS.map(([route]) => route), ...NOT_FOR_PROGRAMS])].sort()).toEqual([...routes].sort());
});
