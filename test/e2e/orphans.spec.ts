import path from 'node:path';
import knex from 'knex';
import { afterEach, expect, test } from 'vitest';
import { isAlive, TestHub, until } from '../support/hub.js';
import { MOCK } from '../support/programs.js';

const ADMIN = 'orphans-test-admin-0123456789';
let hub: TestHub;
let neighbour: TestHub | undefined;

afterEach(async () => {
  await hub.dispose(ADMIN);
  await neighbour?.dispose(ADMIN);
  neighbour = undefined;
});

interface ServerModel {
  ready: boolean;
  state: { pid: number };
}

const hubWith = (orphan_policy: string) =>
  new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: MOCK },
    Elara: { orphan_policy, orphan_check_interval: 1 },
  }).start();

const serverOf = async (of: TestHub) => (await (await of.request('GET', '/users/ada/server', { token: ADMIN })).json()) as ServerModel;
const orphansOf = async (of: TestHub) => (await (await of.request('GET', '/orphans', { token: ADMIN })).json()) as { user: string; state: { pid: number } }[];
const routesOf = async (of: TestHub) => Object.keys((await (await of.request('GET', '/proxy', { token: ADMIN })).json()) as object);

async function startServer(of: TestHub): Promise<number> {
  await of.request('POST', '/users/ada', { token: ADMIN });
  expect((await of.request('POST', '/users/ada/server', { token: ADMIN })).status).toBe(201);
  return (await serverOf(of)).state.pid;
}

async function forgetServers(): Promise<void> {
  const db = knex({ client: 'sqlite3', connection: { filename: path.join(hub.dir, 'jupyterhub.sqlite') }, useNullAsDefault: true });
  await db.raw('PRAGMA busy_timeout=5000');
  for (const table of ['elara_server_lifecycle', 'spawners', 'servers']) await db(table).delete();
  await db.destroy();
}

test('a server whose row was deleted is reported, then taken over by a hub that is told to', async () => {
  hub = await hubWith('report');
  const pid = await startServer(hub);
  await forgetServers();
  await until('it is reported', async () => (await orphansOf(hub)).some((orphan) => orphan.user === 'ada' && orphan.state.pid === pid));
  expect(isAlive(pid)).toBe(true);
  const metrics = await (await hub.request('GET', '/metrics', { token: ADMIN })).text();
  expect(metrics).toMatch(/jupyterhub_orphaned_servers 1/);

  await hub.kill('SIGKILL');
  hub.spawn(['--Elara.orphan_policy=adopt']);
  await until('it is taken over', async () => (await serverOf(hub).catch(() => undefined))?.ready);
  expect((await serverOf(hub)).state.pid).toBe(pid);
  expect(await orphansOf(hub)).toEqual([]);
  expect((await fetch(`${hub.base}/user/ada/`)).status).toBe(200);
  expect((await hub.request('DELETE', '/users/ada/server', { token: ADMIN })).status).toBe(204);
  await until('it has ended', () => !isAlive(pid));
});

test('a hub that ends what it does not know leaves the servers of its neighbour alone', async () => {
  hub = await hubWith('reap');
  neighbour = await hubWith('reap');
  const [own, theirs] = [await startServer(hub), await startServer(neighbour)];
  await forgetServers();
  await until('its own has ended', () => !isAlive(own));
  await until('its route has gone', async () => {
    await hub.request('POST', '/proxy', { token: ADMIN });
    return !(await routesOf(hub)).includes('/user/ada/');
  });
  expect(isAlive(theirs)).toBe(true);
  expect((await serverOf(neighbour)).ready).toBe(true);
});
