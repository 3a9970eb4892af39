import type { OpenAPIObject } from '@nestjs/swagger';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AuditLog } from '../../apps/hub/src/audit/audit-log.js';
import type { AuditModel } from '../../apps/hub/src/audit/audit.model.js';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { ProxyService } from '../../apps/hub/src/proxy/proxy.service.js';
import { ServersService } from '../../apps/hub/src/servers/servers.service.js';
import { ADMIN_TOKEN, type Answer, type Request, TestApp } from '../support/app.js';
import { declaredRoutes } from '../support/routes.js';

const SECRET = 'audit-test-secret-of-board-0123456789';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The API of a proxy that takes any route. */
const proxy = createServer((request, answer) => void answer.end(request.method === 'GET' ? '{}' : ''));

let app: TestApp;
let bare: { id: string; token: string };

beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  app = await TestApp.create({
    ConfigurableHTTPProxy: { api_url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, should_start: false },
    JupyterHub: {
      load_groups: { staff: { users: ['ada'] } },
      services: [
        { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
        { name: 'board', api_token: SECRET, url: 'http://127.0.0.1:9', oauth_no_confirm: true, oauth_client_allowed_scopes: ['tokens!user', 'servers!user'] },
      ],
      load_roles: [{ name: 'user', scopes: ['self', 'access:services!service=board'] }],
    },
    Authenticator: { allowed_users: ['ada', 'bob', 'mallory'] },
    // a start fails at once
    Spawner: { cmd: ['/nonexistent/singleuser'] },
  });
  bare = (await app.admin('POST', '/users/mallory/tokens', { scopes: [] })).json as typeof bare;
  await app.admin('PUT', '/users/ada/servers/lab');
});
afterAll(async () => {
  await app.close();
  proxy.close();
});

const audit = async (query = ''): Promise<AuditModel[]> => (await app.admin('GET', `/audit${query}`)).json.items as AuditModel[];
const newest = async () => (await audit('?limit=1'))[0]!;
const count = async () => {
  await app.hub.app.get(AuditLog).flush();
  const [row] = (await app.hub.foundation.db('elara_audit').count('* as total')) as [{ total: number }];
  return row.total;
};

/** Asks, and returns what that left in the audit. */
async function leaves(request: Request): Promise<{ answer: Answer; records: AuditModel[] }> {
  const before = await count();
  const answer = await app.request(request);
  const records = (await count()) - before;
  return { answer, records: records > 0 ? (await audit(`?limit=${records}`)).slice(0, records) : [] };
}

const one = async (request: Request): Promise<AuditModel> => {
  const { records } = await leaves(request);
  expect(records).toHaveLength(1);
  return records[0]!;
};

describe('each changing request of the API leaves exactly one record:', () => {
  interface Operation {
    method: string;
    path: string;
  }
  let operations: Operation[];
  beforeAll(async () => {
    const { paths } = (await app.request({ path: '/hub/api/openapi.json' })).json as OpenAPIObject;
    const all = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item as object).filter((method) => ['post', 'put', 'patch', 'delete'].includes(method)).map((method) => ({ method: method.toUpperCase(), path })),
    );
    // who is gone cannot be asked about any more
    const isLast = ({ method, path }: Operation) => Number(method === 'DELETE' && /^\/\w+\/\{\w+\}$/.test(path));
    operations = all.sort((a, b) => isLast(a) - isLast(b));
  });

  const NAMES: Record<string, string> = { user: 'ada', owner: 'bob', server: 'lab', group: 'staff', service: 'board', token: 'a999' };
  const fill = (path: string, names = NAMES) => `/hub/api${path.replace(/\{(\w+)\}/g, (_, name: string) => names[name]!)}`;

  /** Whom it is done to, by the path alone. */
  function targetOf(path: string): AuditModel['target'] {
    if (path.includes('/shared/{owner}/')) return { kind: 'server', name: path.endsWith('{server}') ? 'bob/lab' : 'bob/' };
    if (/\{user\}\/servers\/\{server\}|^\/share(s|-codes)\/\{user\}\/\{server\}$/.test(path)) return { kind: 'server', name: 'ada/lab' };
    if (/\{user\}\/server(\/|$)|^\/share(s|-codes)\/\{user\}\/$/.test(path)) return { kind: 'server', name: 'ada/' };
    if (path.includes('{user}')) return { kind: 'user', name: 'ada' };
    if (path.includes('{group}')) return { kind: 'group', name: 'staff' };
    return path.includes('{service}') ? { kind: 'service', name: 'board' } : null;
  }

  // what would end the hub, or lead its proxy elsewhere, is asked for in a form that is refused
  const bodyOf = (path: string) => (path === '/shutdown' ? { proxy: 'maybe' } : path === '/proxy' ? { api_url: 5 } : {});
  const ask = ({ method, path }: Operation, token?: string) => leaves({ method, path: fill(path), token, ...(path.startsWith('/oauth2') ? { raw: '', headers: FORM } : { body: bodyOf(path) }) });

  const isPage = ({ path }: Operation) => path === '/oauth2/authorize';

  test('there are such routes, and each has a name', () => {
    expect(operations.length).toBeGreaterThan(40);
  });

  test('by somebody who may, whatever becomes of it', async () => {
    for (const operation of operations.filter((one) => !isPage(one))) {
      const { answer, records } = await ask(operation, ADMIN_TOKEN);
      const name = `${operation.method} ${operation.path}`;
      const denied = operation.path === '/users/{user}/admin-access';
      expect([name, records.length]).toEqual([name, 1]);
      expect({ name, ...records[0] }).toMatchObject({
        name,
        actor: { kind: 'service', name: 'admin-service' },
        on_behalf_of: null,
        via: expect.stringMatching(/^token a\d+$/),
        address: '127.0.0.1',
        method: operation.method,
        action: expect.stringMatching(/^[a-z-]+\.[a-z-]+$/),
        target: targetOf(operation.path),
        status: answer.status,
        outcome: denied ? 'denied' : answer.status < 400 ? 'ok' : 'failed',
      });
    }
    await app.admin('POST', '/users/ada');
    await app.admin('PUT', '/users/ada/servers/lab');
    await app.admin('POST', '/groups/staff');
  });

  test.each([
    ['a token that may nothing', () => bare.token, { kind: 'user', name: 'mallory' }],
    ['no token', () => undefined, { kind: 'anonymous', name: '' }],
    ['a token that nobody was given', () => 'deadbeefdeadbeefdeadbeefdeadbeef', { kind: 'anonymous', name: '' }],
  ])('with %s', async (_what, token, actor) => {
    const open = declaredRoutes(app).filter(({ rule }) => rule?.kind === 'open').map(({ method, url }) => `${method} ${url}`);
    for (const operation of operations) {
      const { answer, records } = await ask(operation, token());
      const name = `${operation.method} ${operation.path}`;
      expect([name, records.length]).toEqual([name, 1]);
      const isOpen = open.includes(`${operation.method} /hub/api${operation.path.replace(/\{(\w+)\}/g, ':$1')}`);
      // a page looks at no token
      const who = isPage(operation) ? { kind: 'anonymous', name: '' } : actor;
      expect({ name, ...records[0] }).toMatchObject({ name, actor: who, method: operation.method, status: answer.status, ...(!isOpen && { outcome: 'denied', reason: expect.any(String) }) });
    }
  });

  test('about somebody and something that are not there', async () => {
    const names = Object.fromEntries(Object.keys(NAMES).map((kind) => [kind, kind === 'token' ? 'a999' : 'nobody']));
    for (const operation of operations.filter(({ path }) => /\{(user|group|service)\}/.test(path) && !/activity$|\{service\}$|\{group\}$|\{user\}$/.test(path))) {
      const { records } = await leaves({ method: operation.method, path: fill(operation.path, names), token: ADMIN_TOKEN, body: {} });
      expect([operation, records.length]).toEqual([operation, 1]);
    }
  });
});

describe('denials:', () => {
  test('a look at what one may not see leaves a record, and one at what one may see none', async () => {
    expect(await one({ path: '/hub/api/users', token: bare.token })).toMatchObject({ action: 'read', outcome: 'denied', via: `token ${bare.id}`, reason: expect.stringContaining('list:users') });
    expect(await one({ path: '/hub/api/users/ada', token: bare.token })).toMatchObject({ action: 'read', status: 404, outcome: 'denied', target: { kind: 'user', name: 'ada' } });
    expect((await leaves({ path: '/hub/api/users', token: ADMIN_TOKEN })).records).toEqual([]);
    expect((await leaves({ path: '/hub/api/users/nobody', token: ADMIN_TOKEN })).records).toEqual([]);
    expect((await leaves({ path: '/hub/home' })).records).toEqual([]);
    expect((await leaves({ method: 'POST', path: '/hub/api/nothing-here', token: ADMIN_TOKEN })).records).toEqual([]);
  });

  test('a page of somebody else', async () => {
    const { cookie } = await app.logIn('bob');
    expect(await one({ path: '/hub/spawn/ada/lab', headers: { cookie } })).toMatchObject({ action: 'read', status: 404, outcome: 'denied', actor: { kind: 'user', name: 'bob' }, via: expect.stringMatching(/^session [0-9a-f]{12}$/) });
  });

  test('a form without its token', async () => {
    const { cookie } = await app.logIn('bob');
    const record = await one({ method: 'POST', path: '/hub/spawn', raw: 'a=b', headers: { ...FORM, cookie } });
    expect(record).toMatchObject({ action: 'server.start', status: 403, outcome: 'denied', target: { kind: 'server', name: 'bob/' }, reason: "'_xsrf' argument missing from POST" });
  });

  test('a body that is too large, before anybody knows who sends it', async () => {
    const record = await one({ method: 'POST', path: '/hub/api/users/ada/server', token: ADMIN_TOKEN, raw: 'x'.repeat(3 * 1024 * 1024), headers: FORM });
    expect(record).toMatchObject({ action: 'server.start', status: 413, outcome: 'failed', actor: { kind: 'unknown', name: '' }, target: { kind: 'server', name: 'ada/' } });
  });
});

describe('pages:', () => {
  const logIn = async (username: string, password: string) => {
    const page = await app.request({ path: '/hub/login' });
    const xsrf = /_xsrf=([^;]+)/.exec(String(page.headers['set-cookie']))![1]!;
    return one({ method: 'POST', path: '/hub/login', raw: new URLSearchParams({ username, password, _xsrf: xsrf }).toString(), headers: { ...FORM, cookie: `_xsrf=${xsrf}` } });
  };

  test('logging in, or trying to', async () => {
    expect(await logIn('bob', 'secret')).toMatchObject({ action: 'login', outcome: 'ok', actor: { kind: 'user', name: 'bob' }, target: { kind: 'user', name: 'bob' } });
    const failed = { action: 'login', outcome: 'denied', status: 403, actor: { kind: 'anonymous', name: '' }, reason: 'Invalid username or password.' };
    expect(await logIn('bob', 'wrong')).toMatchObject({ ...failed, target: { kind: 'user', name: 'bob' } });
    // what is nobody's name may be a password
    expect(await logIn('hunter2', 'wrong')).toMatchObject({ ...failed, target: null });
    expect(JSON.stringify(await app.hub.foundation.db('elara_audit'))).not.toMatch(/hunter2|"secret"|wrong/);
  });

  test('logging out, once', async () => {
    const { cookie } = await app.logIn('bob');
    expect(await one({ path: '/hub/logout', headers: { cookie } })).toMatchObject({ action: 'logout', outcome: 'ok', actor: { kind: 'user', name: 'bob' }, via: expect.stringMatching(/^session/) });
    expect((await leaves({ path: '/hub/logout', headers: { cookie } })).records).toEqual([]);
  });

  test('a start by an address, and by a form', async () => {
    const { cookie, xsrf } = await app.logIn('bob');
    const start = { action: 'server.start', actor: { kind: 'user', name: 'bob' }, target: { kind: 'server', name: 'bob/' } };
    // a start needs a program that can be started
    vi.spyOn(app.hub.app.get(ServersService), 'start').mockResolvedValue('pending');
    expect(await one({ path: '/hub/spawn', headers: { cookie } })).toMatchObject({ ...start, method: 'GET', outcome: 'ok' });
    expect(await one({ method: 'POST', path: '/hub/spawn', raw: `_xsrf=${xsrf}`, headers: { ...FORM, cookie } })).toMatchObject({ ...start, method: 'POST', outcome: 'ok' });
    vi.restoreAllMocks();
  });

  test('a share that is accepted', async () => {
    const { code } = (await app.admin('POST', '/share-codes/ada/lab')).json as { code: string };
    const { cookie, xsrf } = await app.logIn('bob');
    const record = await one({ method: 'POST', path: '/hub/accept-share', raw: new URLSearchParams({ code, _xsrf: xsrf }).toString(), headers: { ...FORM, cookie } });
    expect(record).toMatchObject({ action: 'share.accept', outcome: 'ok', actor: { kind: 'user', name: 'bob' }, target: { kind: 'server', name: 'ada/lab' } });
    expect(JSON.stringify(record)).not.toContain(code);
  });
});

/** A token that the service board has of somebody. */
async function tokenOfBoard(user: string): Promise<{ token: string; records: AuditModel[] }> {
  const { cookie } = await app.logIn(user);
  const before = await count();
  const query = new URLSearchParams({ client_id: 'service-board', redirect_uri: '/services/board/oauth_callback', response_type: 'code' });
  const { headers } = await app.request({ path: `/hub/api/oauth2/authorize?${query}`, headers: { cookie } });
  const code = new URL(String(headers.location), 'http://hub').searchParams.get('code')!;
  const form = { client_id: 'service-board', client_secret: SECRET, grant_type: 'authorization_code', code };
  const { json } = await app.request({ method: 'POST', path: '/hub/api/oauth2/token', raw: new URLSearchParams(form).toString(), headers: FORM });
  return { token: json.access_token as string, records: (await audit(`?limit=${(await count()) - before}`)).reverse() };
}

describe('who acts for whom:', () => {
  test('a service that a person has let in', async () => {
    const { token, records } = await tokenOfBoard('bob');
    expect(records).toMatchObject([
      { action: 'oauth.consent', method: 'GET', actor: { kind: 'user', name: 'bob' }, target: { kind: 'service', name: 'board' } },
      { action: 'oauth.token', actor: { kind: 'service', name: 'board' }, target: { kind: 'user', name: 'bob' } },
    ]);
    const record = await one({ method: 'POST', path: '/hub/api/users/bob/tokens', token, body: { note: 'by board' } });
    expect(record).toMatchObject({ actor: { kind: 'service', name: 'board' }, on_behalf_of: 'bob', via: expect.stringMatching(/^token a/), target: { kind: 'user', name: 'bob' }, outcome: 'ok' });
    for (const secret of [token, SECRET]) expect(JSON.stringify(await app.hub.foundation.db('elara_audit'))).not.toContain(secret);
  });

  test('a server', async () => {
    const { id } = (await app.hub.foundation.db('users').where('name', 'ada').first())!;
    await app.admin('PUT', '/users/ada/servers/work');
    const { token } = await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id }, note: 'Server at /user/ada/work/', scopes: ['users:activity!user'] });
    const record = await one({ method: 'POST', path: '/hub/api/users/ada/activity', token, body: { last_activity: '2026-01-01T00:00:00Z' } });
    expect(record).toMatchObject({ action: 'activity.report', actor: { kind: 'server', name: 'ada/work' }, on_behalf_of: 'ada', outcome: 'ok' });
  });

  test('a login in place of a token', async () => {
    const record = await one({ method: 'POST', path: '/hub/api/users/bob/tokens', body: { auth: { username: 'bob', password: 'secret' } } });
    expect(record).toMatchObject({ actor: { kind: 'user', name: 'bob' }, via: null, outcome: 'ok' });
  });

  test('from where, by the nearest proxy', async () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' };
    expect(await one({ method: 'POST', path: '/hub/api/users/bob/tokens', token: bare.token, headers })).toMatchObject({ address: '192.0.2.7' });
  });
});

describe('reading:', () => {
  beforeEach(async () => {
    await count();
    await app.hub.foundation.db('elara_audit').delete();
  });

  test('by pages, the newest first, none twice while others are added', async () => {
    for (let n = 0; n < 7; n += 1) await app.admin('PUT', `/groups/staff/properties`, { n });
    const seen: number[] = [];
    for (let query = '?limit=3'; ; ) {
      const { items, next } = (await app.admin('GET', `/audit${query}`)).json as { items: AuditModel[]; next: string | null };
      seen.push(...items.map(({ id }) => id));
      await app.admin('POST', '/proxy');
      if (next === null) break;
      query = `?limit=3&before=${next}`;
    }
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
  });

  test('by each filter, by an index', async () => {
    await app.admin('POST', '/users/ada/tokens', { note: 'x' });
    await app.admin('POST', '/groups/staff', {});
    await app.request({ method: 'DELETE', path: '/hub/api/users/ada', token: bare.token });
    const actions = async (query: string) => (await audit(`?${query}`)).map(({ action }) => action);
    expect(await actions('actor=mallory')).toEqual(['user.delete']);
    expect(await actions('actor=service:admin-service')).toEqual(['group.create', 'token.create']);
    expect(await actions('actor=user:admin-service')).toEqual([]);
    expect(await actions('target=user:ada')).toEqual(['user.delete', 'token.create']);
    expect(await actions('target=staff&action=group.create')).toEqual(['group.create']);
    expect(await actions('outcome=denied')).toEqual(['user.delete']);
    expect(await actions('outcome=failed')).toEqual(['group.create']);
    expect(await actions('outcome=ok')).toEqual(['token.create']);
    expect(await actions('until=2020-01-01T00:00:00Z')).toEqual([]);
    expect((await actions('since=2020-01-01')).length).toBe(3);
    for (const query of ['outcome=maybe', 'since=yesterday', 'before=7', 'limit=0', `actor=${'x'.repeat(700)}`]) {
      expect([query, (await app.admin('GET', `/audit?${query}`)).status]).toEqual([query, 400]);
    }
    const plan = async (where: string) => JSON.stringify(await app.hub.foundation.db.raw(`EXPLAIN QUERY PLAN SELECT * FROM elara_audit WHERE ${where} AND (at, id) < ('x', 9) ORDER BY at DESC, id DESC LIMIT 100`));
    for (const [where, index] of [["actor = 'a'", 'actor'], ["target = 'a'", 'target'], ["action = 'a'", 'action'], ['target_user_id = 1', 'target_user_id'], ['denied', 'denied'], ["at >= 'a'", 'at']]) {
      expect(await plan(where!)).toContain(`USING INDEX elara_audit_${index}`);
      expect(await plan(where!)).not.toContain('TEMP B-TREE');
    }
  });

  test('all of it as lines', async () => {
    const row = { at: '2026-01-01 00:00:00.000000', actor_kind: 'user', actor: 'ada', address: '', method: 'POST', route: '/', action: 'x.y', status: 200, denied: false };
    for (let n = 0; n < 25; n += 1) await app.hub.foundation.db('elara_audit').insert(Array.from({ length: 100 }, () => row));
    const { body, headers } = await app.hub.app.inject({ url: '/hub/api/audit?action=x.y', headers: { authorization: `token ${ADMIN_TOKEN}`, accept: 'application/x-ndjson' } });
    const records = body.trim().split('\n').map((line) => JSON.parse(line) as AuditModel);
    expect([headers['content-type'], records.length, new Set(records.map(({ id }) => id)).size]).toEqual(['application/x-ndjson', 2500, 2500]);
  });

  test('what is done to people, they see, without where others sit', async () => {
    await app.admin('POST', '/users/bob/tokens', { note: 'x' });
    await app.admin('PUT', '/users/bob/servers/own');
    await app.admin('POST', '/users/ada/tokens');
    const { cookie } = await app.logIn('bob');
    const own = async (name: string, headers: Record<string, string>) => (await app.request({ path: `/hub/api/users/${name}/audit`, headers })).json as { items: AuditModel[]; status?: number };
    const { items } = await own('bob', { cookie });
    expect(items.map(({ action, address }) => [action, address])).toEqual([['login', '127.0.0.1'], ['server.create', null], ['token.create', null]]);
    expect(items.map(({ via }) => via)).toEqual([expect.stringMatching(/^session/), null, null]);
    const asAdmin = (await app.admin('GET', '/users/bob/audit')).json.items as AuditModel[];
    expect(asAdmin.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
    expect((await own('ada', { cookie })).status).toBe(404);
    expect((await app.request({ path: '/hub/api/audit', headers: { cookie } })).status).toBe(403);
    expect((await app.request({ path: '/hub/api/users/mallory/audit', token: bare.token })).status).toBe(403);
  });

  test('records follow a person to a new name, and not those who get the old one', async () => {
    await app.admin('POST', '/users/eve');
    await app.admin('PATCH', '/users/eve', { name: 'eva' });
    await app.admin('POST', '/users/eve');
    const actions = async (name: string) => ((await app.admin('GET', `/users/${name}/audit`)).json.items as AuditModel[]).map(({ action, target }) => [action, target!.name]);
    expect(await actions('eva')).toEqual([['user.change', 'eve'], ['user.create', 'eve']]);
    expect(await actions('eve')).toEqual([['user.create', 'eve']]);
    await app.admin('DELETE', '/users/eve');
    expect((await newest()).target).toEqual({ kind: 'user', name: 'eve' });
  });
});

describe('keeping:', () => {
  const log = () => app.hub.app.get(AuditLog);
  const db = () => app.hub.foundation.db;

  test('records are added, and never changed', async () => {
    await app.admin('POST', '/proxy');
    await count();
    await expect(db()('elara_audit').update({ actor: 'nobody' })).rejects.toThrow('records of the audit are never changed');
  });

  test('what is too old goes, in batches; 0 keeps all', async () => {
    await db()('elara_audit').delete();
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().replace('T', ' ').replace('Z', '000');
    const row = { actor_kind: 'user', actor: 'ada', address: '', method: 'POST', route: '/', action: 'x.y', status: 200, denied: false };
    for (let n = 0; n < 25; n += 1) await db()('elara_audit').insert(Array.from({ length: 100 }, () => ({ ...row, at: at(n < 12 ? 91 : 89) })));
    const { Elara } = app.hub.foundation.config;
    Elara.audit_retention_days = 0;
    await log().purge();
    expect(await count()).toBe(2500);
    Elara.audit_retention_days = 90;
    await log().purge();
    expect(await count()).toBe(1300);
  });

  test('what is not to be recorded is not, unless it is denied', async () => {
    const { Elara } = app.hub.foundation.config;
    Elara.audit_skip = ['activity.report'];
    const report = { method: 'POST', path: '/hub/api/users/ada/activity', body: { last_activity: '2026-01-01T00:00:00Z' } };
    expect((await leaves({ ...report, token: ADMIN_TOKEN })).records).toEqual([]);
    expect(await one({ ...report, token: bare.token })).toMatchObject({ action: 'activity.report', outcome: 'denied' });
    Elara.audit_skip = [];
  });

  test('names that no database can hold are written as far as they go', async () => {
    const record = await one({ method: 'DELETE', path: `/hub/api/users/${'%00'.repeat(3)}${'x'.repeat(900)}`, token: ADMIN_TOKEN });
    expect(record.target!.name).toMatch(/^\uFFFD{3}x+$/);
    expect(record.target!.name.length).toBe(511);
  });
});

test('a request that is given up by its client is recorded when it is done', async () => {
  await app.hub.app.listen(0, '127.0.0.1');
  const { port } = (app.hub.app.getHttpServer() as Server).address() as AddressInfo;
  let finish = (): void => undefined;
  vi.spyOn(app.hub.app.get(ProxyService), 'check').mockImplementation(() => new Promise((resolve) => (finish = resolve)));
  const before = await count();
  const leaving = new AbortController();
  const request = fetch(`http://127.0.0.1:${port}/hub/api/proxy`, { method: 'POST', headers: { authorization: `token ${ADMIN_TOKEN}` }, signal: leaving.signal }).catch(() => undefined);
  await expect.poll(() => finish.name).not.toBe('finish');
  leaving.abort();
  await request;
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish();
  await expect.poll(count).toBe(before + 1);
  expect(await newest()).toMatchObject({ action: 'proxy.check', address: expect.stringContaining('127.0.0.1') });
  vi.restoreAllMocks();
});
