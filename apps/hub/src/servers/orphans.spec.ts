import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Child, freePort, identify, spawnChild, waitForTcp } from '#process';
import { TableProxy } from '../../../../test/fakes/table-proxy.js';
import { addPerson, buildServers } from '../../../../test/support/servers.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { orphanedServers } from '../metrics.js';

const SERVER = `const { port, hostname } = new URL(process.env.JUPYTERHUB_SERVICE_URL);
  process.on('SIGINT', () => process.exit(0));
  setTimeout(() => require('http').createServer((q, r) => r.end('here')).listen(port, hostname), process.env.JUPYTERHUB_USER === 'slow' ? 800 : 0);
  setTimeout(() => process.exit(0), 60000);`;

let folder: string;
let db: Database;
let proxy: TableProxy;
let hub: ReturnType<typeof buildServers>;
let ann: { id: number; name: string };
let pids: number[];
let strangers: Child[];

async function newDatabase(): Promise<Database> {
  const database = await openDatabase('sqlite://');
  await database('roles').insert({ name: 'server', scopes: '["users:activity!user"]', managed_by_auth: false });
  await database('oauth_clients').insert({ identifier: 'jupyterhub' });
  return database;
}

const hubWith = (orphan_policy: string, database = db) =>
  buildServers({
    db: database,
    proxy,
    folder,
    traits: {
      JupyterHub: { tornado_settings: { slow_spawn_timeout: 5, slow_stop_timeout: 5 } },
      SimpleLocalProcessSpawner: { cmd: [process.execPath, '-e', SERVER], interrupt_timeout: 2 },
      Elara: { orphan_policy },
    },
  });

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elara-orphans-'));
  db = await newDatabase();
  proxy = new TableProxy();
  hub = hubWith('report');
  ann = await addPerson(db, 'ann');
  [pids, strangers] = [[], []];
});
afterEach(async () => {
  await hub.service.stopAll(20);
  for (const pid of pids) if (identify(pid)) process.kill(pid, 'SIGKILL');
  for (const stranger of strangers) await stranger.kill('SIGKILL');
  await db.destroy();
  await rm(folder, { recursive: true });
});

async function startServer(): Promise<number> {
  expect(await hub.service.start(ann, '')).toBe('ready');
  const pid = (await hub.repository.find(ann.id, ''))!.spawnerState!.pid as number;
  pids.push(pid);
  return pid;
}

/** As a database leaves it that was restored, or a row that somebody deleted. */
async function forgetRow(): Promise<void> {
  await db('spawners').delete();
  await db('servers').delete();
  proxy.table.clear();
}

describe('a server whose row is gone', () => {
  test('is reported, once for all looks, and left alone', async () => {
    const pid = await startServer();
    await hub.orphans.look();
    expect(hub.orphans.list()).toEqual([]);
    await forgetRow();
    await hub.orphans.look();
    const first = hub.orphans.list();
    expect(first).toEqual([{ user: 'ann', server: '', state: { pid }, since: expect.any(String), because: 'no row of the database knows of it' }]);
    expect((await orphanedServers.get()).values[0]!.value).toBe(1);
    await hub.orphans.look();
    expect(hub.orphans.list()).toEqual(first);
    expect(identify(pid)).toBeDefined();
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await hub.orphans.look(), hub.orphans.list())).toEqual([]);
  });

  test('is taken over where the operator wants it, and can be stopped like any other', async () => {
    const pid = await startServer();
    await forgetRow();
    await db('oauth_clients').whereNot({ identifier: 'jupyterhub' }).delete();
    hub = hubWith('adopt');
    await hub.orphans.look();
    expect(hub.orphans.list()).toEqual([]);
    expect(await hub.service.one(ann, '')).toMatchObject({ ready: true, state: { pid } });
    expect([...proxy.table.keys()]).toEqual(['/user/ann/']);
    expect(await (await fetch(proxy.table.get('/user/ann/')!.target)).text()).toBe('here');
    expect(await db('oauth_clients').where({ identifier: 'jupyterhub-user-ann' })).toHaveLength(1);
    await hub.watch.pollServers();
    expect((await hub.service.one(ann, ''))!.ready).toBe(true);
    expect(await hub.service.stop(ann, '')).toBe('stopped');
    expect(identify(pid)).toBeUndefined();
    expect(await db('api_tokens')).toEqual([]);
  });

  test('is taken over although its row says that it is stopped', async () => {
    const pid = await startServer();
    const { id } = (await hub.repository.find(ann.id, ''))!;
    await hub.repository.recordStop(id);
    await db('elara_server_lifecycle').update({ state: 'stopped' });
    hub = hubWith('adopt');
    await hub.orphans.look();
    expect(await hub.service.one(ann, '')).toMatchObject({ ready: true, state: { pid } });
  });

  test('is taken over also while the proxy is away', async () => {
    const pid = await startServer();
    await forgetRow();
    hub = hubWith('adopt');
    proxy.away = true;
    await hub.orphans.look();
    expect(await hub.service.one(ann, '')).toMatchObject({ ready: true, state: { pid } });
    expect(hub.orphans.list()).toEqual([]);
    proxy.away = false;
  });

  test('is not taken over without its token: nobody could use it', async () => {
    const pid = await startServer();
    await forgetRow();
    await db('api_tokens').delete();
    hub = hubWith('adopt');
    await hub.orphans.look();
    expect(hub.orphans.list()).toMatchObject([{ because: 'its token is not valid any more' }]);
    expect(identify(pid)).toBeDefined();
    expect(await db('spawners')).toEqual([]);
  });

  test('is ended where the operator wants that', async () => {
    const pid = await startServer();
    await forgetRow();
    hub = hubWith('reap');
    await hub.orphans.look();
    expect(identify(pid)).toBeUndefined();
    expect(hub.orphans.list()).toEqual([]);
  });
});

test('servers with a row are left alone, whether they run, start or stop', async () => {
  const slow = await addPerson(db, 'slow');
  hub = hubWith('reap');
  const pid = await startServer();
  const starting = hub.service.start(slow, '');
  await expect.poll(async () => (await hub.tools.spawner.findAll({ JUPYTERHUB_USER: 'slow', ELARA_HUB: await hub.tools.mark.get() })).length).toBe(1);
  await hub.orphans.look();
  expect(await starting).toBe('ready');
  expect(identify(pid)).toBeDefined();
});

test('servers of another hub are left alone, with the same names and the same address', async () => {
  const pid = await startServer();
  const otherDb = await newDatabase();
  const other = hubWith('reap', otherDb);
  await other.orphans.look();
  expect(other.orphans.list()).toEqual([]);
  expect(identify(pid)).toBeDefined();
  await otherDb.destroy();
});

test('nobody gets a place by calling themselves somebody else', async () => {
  await addPerson(db, 'victim');
  const port = await freePort();
  const claims = {
    ELARA_HUB: await hub.tools.mark.get(),
    ELARA_STARTED: String(Math.round(uptime() * 100)),
    JUPYTERHUB_USER: 'victim',
    JUPYTERHUB_SERVER_NAME: '',
    JUPYTERHUB_API_TOKEN: (await hub.tools.tokens.mint({ owner: { kind: 'user', id: ann.id }, note: 'Server at /user/victim/', scopes: [] })).token,
    JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${port}/user/victim/`,
  };
  strangers.push(await spawnChild({ command: [process.execPath, '-e', SERVER], env: claims }));
  await waitForTcp('127.0.0.1', port, { timeoutMs: 5000 });
  hub = hubWith('adopt');
  await hub.orphans.look();
  expect(hub.orphans.list()).toMatchObject([{ user: 'victim', because: 'its token is not valid any more' }]);
  expect([proxy.table.size, await db('spawners')]).toEqual([0, []]);
});
