import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toDbTime } from '../../apps/hub/src/database/values.js';
import { TestApp } from '../support/app.js';

const POLICY = { timeout: { default: 600, named: 1800 }, group_timeout: { staff: 7200 }, max_age: null, grace: 300 };

/** The routes that the proxy has, with the traffic that it saw. */
let routes: Record<string, object>;
const proxy = createServer((_req, res) => void res.end(JSON.stringify(routes)));
beforeAll(() => new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
afterAll(() => void proxy.close());

let app: TestApp;
beforeEach(async () => {
  routes = {};
  app = await TestApp.create({
    ConfigurableHTTPProxy: { api_url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, should_start: false },
    JupyterHub: { load_groups: { staff: { users: ['bob'] } } },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
});
afterEach(() => app.close());

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
const db = () => app.hub.foundation.db;

/** A row as a server leaves it that was started so many seconds ago, and last used so many. */
async function running(user: string, name: string, { started = 5000, used = 60 } = {}): Promise<number> {
  await app.admin('PUT', `/users/${user}/servers/${name}`);
  const [{ id: server_id }] = (await db()('servers').insert({ proto: 'http', ip: '127.0.0.1', port: 9, base_url: '/' }).returning('id')) as [{ id: number }];
  await db()('spawners').where({ name }).update({ server_id, started: toDbTime(ago(started)), last_activity: toDbTime(ago(used)) });
  return ((await db()('spawners').where({ name }).first('id')) as { id: number }).id;
}

const activity = async (server: string) => (await app.admin('GET', `/users/${server}/activity`)).json;
const report = (user: string, server: string, seconds: number) =>
  app.admin('POST', `/users/${user}/activity`, { servers: { [server]: { last_activity: ago(seconds).toISOString() } } });
const warn = (server: string, body: object) => app.admin('PUT', `/users/${server}/cull-warning`, { at: ago(-300).toISOString(), reason: 'idle for 00:15:00', ...body });

describe('what is known of a server', () => {
  test('with sources, ages, and nobody who would cull it', async () => {
    await running('ada', 'lab', { used: 900 });
    await report('ada', 'lab', 800);
    const known = await activity('ada/servers/lab');
    expect(known).toMatchObject({ server: 'ada/lab', ready: true, pending: null, stale: false, warning: null, verdicts: [] });
    expect(known.text).toMatch(/^no culler has reported since this hub started at 20.*: none that it knows of will stop ada\/lab/);
    expect([known.age, known.idle, known.sources.report.age].map(Math.round)).toEqual([5000, 800, 800]);
    expect(known.sources).toMatchObject({ proxy: { last: null, age: null, read: null, interval: 300 }, report: { interval: 300 }, api: { last: null } });
    expect(Date.parse(known.sources.report.received)).toBeGreaterThan(Date.now() - 5000);
    expect(known.freshness).toMatch(/^its last report came 00:00:0\d ago, and one is due every 00:05:00$/);
  });

  test('of a default server that was never started', async () => {
    expect(await activity('ada/server')).toMatchObject({ server: 'ada/', ready: false, started: null, idle: null, stale: true });
  });

  test.each([['nobody/server'], ['ada/servers/gone']])('there is nothing of %s', async (server) => {
    expect((await app.admin('GET', `/users/${server}/activity`)).status).toBe(404);
  });

  test('is for its owner and those who may read activity, and not for those whom it is shared with', async () => {
    await running('ada', 'lab');
    await app.admin('POST', '/shares/ada/lab', { user: 'bob', scopes: ['access:servers', 'read:servers'] });
    const as = async (user: string) => {
      const { token } = (await app.admin('POST', `/users/${user}/tokens`)).json;
      return (await app.request({ path: '/hub/api/users/ada/servers/lab/activity', token })).status;
    };
    expect([await as('ada'), await as('bob')]).toEqual([200, 404]);
  });
});

describe('a culler that reports', () => {
  test('is judged by: each server by the limit that holds for it', async () => {
    for (const [user, name] of [['ada', 'lab'], ['bob', 'shop']] as const) {
      await running(user, name, { used: 1700 });
      await report(user, name, 1700);
    }
    const told = await app.admin('PUT', '/culling', { policy: POLICY, cull_every: 60 });
    expect(told.json).toMatchObject({ cullers: [{ culler: 'service admin-service', policy: POLICY, cull_every: 60, silent: false }] });
    const [ada, bob] = [await activity('ada/servers/lab'), await activity('bob/servers/shop')];
    expect(ada.verdicts).toMatchObject([{ culler: 'service admin-service', action: 'warn', code: 'warn', silent: false }]);
    expect(ada.text).toMatch(/^service admin-service will warn of a stop of ada\/lab at 20.*: idle for 00:28:2\d.*: idle limit of named servers is 00:30:00$/);
    expect(bob.verdicts).toMatchObject([{ action: 'keep', code: 'in-use', text: expect.stringContaining('idle limit of the group staff is 02:00:00') as string }]);
    expect(Date.parse(bob.verdicts[0].due)).toBeCloseTo(Date.now() + 5_500_000, -4);
    expect((await app.admin('GET', '/culling')).json.cullers).toEqual(told.json.cullers);
  });

  test('goes by the latest traffic: the proxy is asked with each round', async () => {
    await running('ada', 'lab', { used: 4000 });
    routes['/user/ada/lab'] = { target: 'http://127.0.0.1:9', user: 'ada', server_name: 'lab', jupyterhub: true, last_activity: ago(3).toISOString() };
    expect((await activity('ada/servers/lab')).stale).toBe(true);
    await app.admin('PUT', '/culling', { policy: POLICY, cull_every: 60 });
    const { stale, idle, sources, verdicts } = await activity('ada/servers/lab');
    expect([stale, Math.round(idle), Math.round(sources.proxy.age), verdicts[0].code]).toEqual([false, 3, 3, 'in-use']);
    expect(Date.parse(sources.proxy.read)).toBeGreaterThan(Date.now() - 5000);
  });

  test('is the same for who asks why a server is not culled', async () => {
    await running('ada', 'lab', { used: 4000 });
    await app.admin('PUT', '/culling', { policy: POLICY, cull_every: 60 });
    const [explained, known] = [(await app.admin('GET', '/explain?culled=ada/lab')).json, await activity('ada/servers/lab')];
    expect(explained).toMatchObject({ server: 'ada/lab', verdicts: [{ code: 'stale', text: expect.stringContaining('too little is known to call it idle') as string }] });
    expect(Object.keys(explained)).toEqual(Object.keys(known));
    expect((await app.admin('GET', '/explain?culled=ada')).json).toMatchObject({ server: 'ada/', verdicts: [{ code: 'not-running' }] });
  });

  test('does not cull by what is stale', async () => {
    const id = await running('ada', 'lab', { used: 4000 });
    await db()('elara_server_activity').insert({ spawner_id: id, report: toDbTime(ago(4000)), report_received: toDbTime(ago(130)), report_interval: 60 });
    await app.admin('PUT', '/culling', { policy: POLICY, cull_every: 60 });
    const { verdicts, stale } = await activity('ada/servers/lab');
    expect([stale, verdicts[0].action, verdicts[0].code]).toEqual([true, 'keep', 'stale']);
    expect(verdicts[0].text).toMatch(/its last report came 00:02:1\d ago, and one is due every 00:01:00$/);
  });

  test('and then falls silent is said to', async () => {
    await running('ada', 'lab', { used: 4000 });
    await app.admin('PUT', '/culling', { policy: POLICY, cull_every: 0.01 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await activity('ada/servers/lab')).text).toContain('may not run any more');
    expect((await app.admin('GET', '/culling')).json.cullers).toMatchObject([{ silent: true }]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no policy', { cull_every: 60 }],
    ['no rounds', { policy: POLICY, cull_every: 0 }],
    ['negative times', { policy: { ...POLICY, grace: -1 }, cull_every: 60 }],
    ['what is not known', { policy: { ...POLICY, mercy: 1 }, cull_every: 60 }],
    ['too many groups', { policy: { ...POLICY, group_timeout: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, 1])) }, cull_every: 60 }],
  ])('is refused with %s', async (_what, body) => {
    expect((await app.admin('PUT', '/culling', body)).status).toBe(400);
    expect((await app.admin('GET', '/culling')).json.cullers).toEqual([]);
  });
});

describe('a warning', () => {
  const model = async () => (await app.admin('GET', '/users/ada/servers/lab')).json;
  const home = async () => (await app.request({ path: '/hub/home', headers: { cookie: (await app.logIn('ada')).cookie } })).text;
  let idleSince: string;
  beforeEach(async () => {
    await running('ada', 'lab', { used: 900 });
    idleSince = (await model()).last_activity;
  });

  test('stands in the model and on the home page, until activity comes', async () => {
    const answer = await warn('ada/servers/lab', { idle_since: idleSince });
    const warning = { at: expect.stringMatching(/^20.*Z$/) as string, reason: 'idle for 00:15:00' };
    expect([answer.status, answer.json]).toEqual([200, warning]);
    expect((await model()).elara).toEqual({ cull_warning: warning });
    expect((await app.admin('GET', '/users/ada')).json.servers.lab.elara).toEqual({ cull_warning: warning });
    expect((await activity('ada/servers/lab')).warning).toEqual(warning);
    expect(await home()).toMatch(/Your server lab will be stopped <time.*in \d minutes<\/time>: idle for 00:15:00. <a href="\/user\/ada\/lab\/">Open it<\/a>/);
    await report('ada', 'lab', 5);
    expect(await model()).not.toHaveProperty('elara');
    expect(await home()).not.toContain('will be stopped');
    expect((await activity('ada/servers/lab')).warning).toBeNull();
  });

  test('of a server that is too old holds, whatever its use', async () => {
    await warn('ada/servers/lab', { idle_since: null });
    await report('ada', 'lab', 5);
    expect((await model()).elara).toHaveProperty('cull_warning');
  });

  test('can be taken back', async () => {
    await warn('ada/servers/lab', { idle_since: idleSince });
    expect((await app.admin('DELETE', '/users/ada/servers/lab/cull-warning')).status).toBe(204);
    expect(await model()).not.toHaveProperty('elara');
  });

  test('is refused when it comes too late, or for what does not run or is not there', async () => {
    expect((await warn('ada/servers/lab', { idle_since: ago(2000).toISOString() })).status).toBe(409);
    expect(await model()).not.toHaveProperty('elara');
    expect((await warn('ada/server', { idle_since: null })).status).toBe(400);
    expect((await warn('ada/servers/gone', { idle_since: null })).status).toBe(404);
    expect((await warn('ada/servers/lab', { idle_since: 'soon' })).status).toBe(400);
    expect((await warn('ada/servers/lab', { idle_since: null, reason: 'x'.repeat(501) })).status).toBe(400);
  });
});
