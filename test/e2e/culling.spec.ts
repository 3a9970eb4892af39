import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, TestHub, until } from '../support/hub.js';
import { endPrograms, launch, launcher, MOCK, processesWith } from '../support/programs.js';

const ADMIN = 'culling-test-admin-0123456789';
const CULLER = 'culling-test-culler-0123456789';
const SCOPES = ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'];

let hub: TestHub;

async function start(server: string): Promise<void> {
  await hub.request('POST', server.replace(/\/server.*$/, ''), { token: ADMIN });
  expect((await hub.request('POST', server, { token: ADMIN })).status).toBe(201);
}

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
    await until('it says so', () => /stopping server lazy: idle for 00:00:0\d.*idle limit is 00:00:01/.test(culler.output()));
    culler.kill('SIGINT');
    expect(await culler.ended).toBe(0);
    expect(culler.output()).not.toContain(CULLER);
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
