import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ServerActivity } from '#hub-client';
import { isAlive, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { endPrograms, launch, launcher, MOCK, processesWith, runBin } from '../support/programs.js';

const ADMIN = 'culling-test-admin-0123456789';
const CULLER = 'culling-test-culler-0123456789';
const SCOPES = ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'];

let hub: TestHub;

async function start(server: string): Promise<void> {
  await hub.request('POST', server.replace(/\/server.*$/, ''), { token: ADMIN });
  expect((await hub.request('POST', server, { token: ADMIN })).status).toBe(201);
}

const activityOf = async (user: string) => (await (await hub.request('GET', `/users/${user}/server/activity`, { token: ADMIN })).json()) as ServerActivity;

/** Reports of a server as jupyterhub-singleuser sends them. */
const report = (user: string) =>
  hub.request('POST', `/users/${user}/activity`, { token: ADMIN, body: { servers: { '': { last_activity: new Date().toISOString() } } } });

const processesOf = (user: string) => processesWith({ JUPYTERHUB_USER: user }).filter(isAlive);

describe('the managed culler', () => {
  const cull = [...launcher('elara-cull-idle'), '--timeout=2', '--cull-every=1', '--remove-named-servers'];
  let working = true;
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: {
        allow_named_servers: true,
        services: [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'cull-idle', command: cull }],
        load_roles: [{ name: 'culler', scopes: SCOPES, services: ['cull-idle'] }],
      },
      Spawner: { cmd: MOCK },
    }).start();
  });
  afterAll(() => hub.dispose(ADMIN));

  async function work(user: string): Promise<void> {
    const report = () => ({ servers: { '': { last_activity: new Date().toISOString() } } });
    while (working) await hub.request('POST', `/users/${user}/activity`, { token: ADMIN, body: report() });
  }

  async function serversOf(user: string): Promise<Record<string, { ready: boolean; stopped: boolean }>> {
    const answer = await hub.request('GET', `/users/${user}?include_stopped_servers`, { token: ADMIN });
    return ((await answer.json()) as { servers: Record<string, { ready: boolean; stopped: boolean }> }).servers;
  }

  test('stops what is idle, and leaves what is busy', async () => {
    await start('/users/busy/server');
    const over = work('busy');
    for (const server of ['/users/idle/server', '/users/idle/servers/lab']) await start(server);
    const pids = processesOf('idle');
    expect(pids).toHaveLength(2);
    await until('the idle processes are gone', () => !pids.some(isAlive));
    await until('the named server is forgotten', async () => Object.keys(await serversOf('idle')).join() === '');
    expect(await serversOf('idle')).toMatchObject({ '': { ready: false, stopped: true } });
    expect(await serversOf('busy')).toMatchObject({ '': { ready: true, stopped: false } });
    expect(processesOf('busy')).toHaveLength(1);
    const routes = (await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as object;
    expect(Object.keys(routes).sort()).toEqual(['/', '/user/busy/']);
    working = false;
    await over;
    await until('the other is idle by now too', () => processesOf('busy').length === 0);
  });
});

describe('the managed culler that warns', () => {
  const cull = [...launcher('elara-cull-idle'), '--timeout=6', '--group-timeout=red=never', '--grace=3', '--cull-every=1'];
  let working = true;
  let over: Promise<void>;
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: {
        services: [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'cull-idle', command: cull }],
        load_roles: [{ name: 'culler', scopes: [...SCOPES, 'read:users:groups'], services: ['cull-idle'] }],
        load_groups: { red: { users: ['rita'] } },
      },
      // of servers that report, the hub expects to hear every second
      Spawner: { cmd: MOCK, environment: { JUPYTERHUB_ACTIVITY_INTERVAL: '1' } },
    }).start();
    const users = ['idle', 'back', 'busy', 'lost', 'rita'];
    for (const user of users) await start(`/users/${user}/server`);
    over = keepReporting('busy');
    await report('lost');
  });
  afterAll(async () => {
    working = false;
    await over;
    await hub.dispose(ADMIN);
  });

  async function keepReporting(user: string): Promise<void> {
    for (; working; await new Promise((resolve) => setTimeout(resolve, 300))) await report(user);
  }

  const warningOf = async (user: string) =>
    ((await (await hub.request('GET', `/users/${user}/server`, { token: ADMIN })).json()) as { elara?: { cull_warning?: { at: string; reason: string } } }).elara?.cull_warning;

  const home = async (user: string) => (await (await logIn(hub.base, user)).browser.open(`${hub.base}/hub/home`)).text;

  test('warns those who idle, in the API and on their page, and stops their servers then', async () => {
    const warning = await until('it has warned', () => warningOf('idle'));
    expect(warning.reason).toMatch(/^it has not been used for \d seconds$/);
    expect(await home('idle')).toMatch(/Your server\s+will be stopped <time.*it has not been used/);
    expect(processesOf('idle')).toHaveLength(1);
    await until('the other is warned too', () => warningOf('back'));
    expect((await fetch(`${hub.base}/user/back/`)).status).toBe(200);
    await until('the warning is gone: traffic has been seen', async () => !(await warningOf('back')));
    expect(await home('back')).not.toContain('will be stopped');
    await until('the server is stopped', () => processesOf('idle').length === 0);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(warning.at));
    expect(processesOf('back')).toHaveLength(1);
  });

  test('spares what is in use, what nobody has heard of, and groups that are never culled, and the hub says why', async () => {
    await until('it has seen them idle for long enough', async () => (await activityOf('lost')).idle! > 8);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const verdicts = await Promise.all(['busy', 'lost', 'rita'].map(async (user) => (await activityOf(user)).verdicts[0]));
    expect(verdicts.map((verdict) => [verdict!.culler, verdict!.action, verdict!.code])).toEqual([
      ['service cull-idle', 'keep', 'in-use'],
      ['service cull-idle', 'keep', 'stale'],
      ['service cull-idle', 'keep', 'spared'],
    ]);
    for (const user of ['busy', 'lost', 'rita']) expect(processesOf(user)).toHaveLength(1);
    const explained = (await (await hub.request('GET', '/explain?culled=lost/', { token: ADMIN })).json()) as ServerActivity;
    expect(explained.text).toMatch(/^service cull-idle keeps lost\/: idle for .*because its last report came 00:00:\d\d ago, and one is due every 00:00:01$/);
    expect(hub.log).not.toContain('failed:');
  });

  test('resumes where it was when the hub and it are killed', async () => {
    await hub.kill('SIGKILL');
    await hub.start();
    await until('it has reported', async () => (await activityOf('rita')).verdicts.length === 1);
    await until('the one that came back once is idle again', () => processesOf('back').length === 0);
    expect(processesOf('lost')).toHaveLength(1);
  });
});

describe('the culler by hand', () => {
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: {
        services: [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'culler', api_token: CULLER }],
        load_roles: [{ name: 'culler', scopes: SCOPES, services: ['culler'] }],
      },
      Spawner: { cmd: MOCK },
    }).start();
  });
  afterAll(() => hub.dispose(ADMIN));
  afterEach(endPrograms);

  test('needs nothing but an address and a token', async () => {
    await start('/users/lazy/server');
    const args = [`--url=http://127.0.0.1:${hub.hubPort}/hub/api`, '--timeout=1', '--cull-every=1'];
    const culler = launch([...launcher('elara-cull-idle'), ...args], { cwd: hub.dir, env: { JUPYTERHUB_API_TOKEN: CULLER } });
    await until('it has culled the server', () => processesOf('lazy').length === 0);
    await until('it says so', () => /stopping server lazy: idle for 00:00:0\d.*idle limit of default servers is 00:00:01/.test(culler.output()));
    culler.kill('SIGINT');
    expect(await culler.ended).toBe(0);
    expect(culler.output()).not.toContain(CULLER);
  });

  test('says what it would do, and does nothing', async () => {
    await start('/users/lazy/server');
    const env = { JUPYTERHUB_API_TOKEN: CULLER, JUPYTERHUB_API_URL: `http://127.0.0.1:${hub.hubPort}/hub/api` };
    await until('it has idled a second', async () => (await activityOf('lazy')).idle! > 1);
    const dry = await runBin('elara-cull-idle', ['--dry-run', '--timeout=1'], { cwd: hub.dir, env });
    expect(dry.status).toBe(0);
    expect(dry.stdout.split('\n')[0]).toMatch(/^NAME +KIND +IDLE +AGE +DECISION +WHY$/);
    expect(dry.stdout).toMatch(/^lazy\/ +default server +00:00:0\d +00:00:0\d +stop +idle for .*idle limit of default servers is 00:00:01$/m);
    const json = await runBin('elara-cull-idle', ['--dry-run', '--json', '--timeout=1', '--grace=0'], { cwd: hub.dir, env });
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'lazy/', kind: 'default server', action: 'stop', code: 'idle' }]);
    expect(processesOf('lazy')).toHaveLength(1);
  });

  test.each([
    [{ JUPYTERHUB_API_TOKEN: '' }, 2, 'JUPYTERHUB_API_TOKEN is not set'],
    [{ JUPYTERHUB_API_TOKEN: 'x', JUPYTERHUB_API_URL: '' }, 2, "give the address of the hub's API with --url"],
  ])('says what is missing with %j', async (env, status, message) => {
    const culler = launch(launcher('elara-cull-idle'), { cwd: hub.dir, env });
    expect(await culler.ended).toBe(status);
    expect(culler.output()).toContain(message);
  });
});
