import { afterEach, beforeEach, expect, test } from 'vitest';
import { census } from '../support/census.js';
import { isAlive, processesIn, TestHub, until } from '../support/hub.js';
import { MOCK, runBin } from '../support/programs.js';

const ADMIN = 'reload-test-admin-0123456789';
const WATCHER = { name: 'watcher', api_token: ADMIN, admin: true };
const KEPT = { name: 'kept', command: MOCK };
const CHANGED = { name: 'changed', command: MOCK, environment: { COLOUR: 'red' } };
const REMOVED = { name: 'removed', command: MOCK };
const ADDED = { name: 'added', command: MOCK };

let hub: TestHub;
beforeEach(async () => {
  hub = await new TestHub({ JupyterHub: { services: [WATCHER, KEPT, CHANGED, REMOVED] }, Spawner: { cmd: MOCK } }).start();
  await hub.request('POST', '/users/ada', { token: ADMIN });
  await hub.request('POST', '/users/ada/server', { token: ADMIN });
  await until('all services run', () => ['kept', 'changed', 'removed'].every((name) => service(name)));
});
afterEach(() => hub.dispose(ADMIN));

/** The living process of a service, with its environment. */
const service = (name: string) => census(hub).services.get(name)?.[0];

test('SIGHUP takes over what has changed, and touches nothing else', async () => {
  const kept = service('kept')!;
  const [server] = census(hub).servers.get('ada/')!;
  const [changed, removed] = [service('changed')!, service('removed')!];
  hub.set('JupyterHub', 'services', [WATCHER, KEPT, { ...CHANGED, environment: { COLOUR: 'blue' } }, ADDED]).writeConfig();
  hub.process!.kill('SIGHUP');
  await until('the new service runs', () => service('added'));
  await until('the changed service runs anew', () => service('changed')?.env.COLOUR === 'blue');
  expect([changed.pid, removed.pid].filter(isAlive)).toEqual([]);
  expect(service('kept')).toEqual(kept);
  expect(isAlive(server!.pid)).toBe(true);
  expect((await hub.request('GET', '/user', { token: kept.env.JUPYTERHUB_API_TOKEN })).status).toBe(200);
  expect((await hub.request('GET', '/user', { token: removed.env.JUPYTERHUB_API_TOKEN })).status).toBe(403);
  expect(hub.log).toContain('Applied JupyterHub.services: added added; changed changed; removed removed');
});

test('a wrong config is told and changes nothing; elara reload prints what the right one did', async () => {
  const before = processesIn(hub.dir).filter(isAlive);
  const reload = () => runBin('elara', ['-f', hub.configFile, 'reload'], { cwd: hub.dir });
  hub.set('Spawner', 'start_timeout', 'soon').writeConfig();
  hub.process!.kill('SIGHUP');
  await until('the mistake is in the log', () => /cannot reload the config, nothing has changed: because [^]*start_timeout/.test(hub.log));
  expect(await reload()).toMatchObject({ status: 1, stdout: '', output: expect.stringContaining('start_timeout') as string });
  hub.set('Spawner', 'start_timeout', 90).set('JupyterHub', 'tornado_settings', { slow_spawn_timeout: 20 }).writeConfig();
  const { status, stdout } = await reload();
  expect(status).toBe(0);
  expect(stdout).toBe('needs a restart  JupyterHub.tornado_settings: changed slow_spawn_timeout\napplied          Spawner.start_timeout: 60 → 90\n');
  expect(processesIn(hub.dir).filter(isAlive)).toEqual(before);
});
