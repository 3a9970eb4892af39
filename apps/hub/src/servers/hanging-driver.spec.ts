import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HangingSpawner, type HangingStep } from '../../../../test/fakes/hanging-spawner.js';
import { TableProxy } from '../../../../test/fakes/table-proxy.js';
import { addPerson, buildServers } from '../../../../test/support/servers.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { fromDbTime } from '../database/values.js';

const moment = globalThis.setTimeout;

let folder: string;
let db: Database;
let web: Server;
let spawner: HangingSpawner;
let proxy: TableProxy;
let hub: ReturnType<typeof buildServers>;
let ann: { id: number; name: string };

const newHub = () =>
  buildServers({
    db,
    proxy,
    folder,
    spawner,
    traits: {
      JupyterHub: { concurrent_spawn_limit: 1, tornado_settings: { slow_spawn_timeout: 10, slow_stop_timeout: 10 } },
      SimpleLocalProcessSpawner: { start_timeout: 60, http_timeout: 30 },
      Elara: { spawn_queue_limit: 5, spawn_queue_timeout: 100 },
    },
  });

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  folder = await mkdtemp(join(tmpdir(), 'elara-hanging-'));
  db = await openDatabase('sqlite://');
  await db('roles').insert({ name: 'server', scopes: '["users:activity!user"]', managed_by_auth: false });
  await db('oauth_clients').insert({ identifier: 'jupyterhub' });
  web = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
  await new Promise((resolve) => web.once('listening', resolve));
  spawner = new HangingSpawner({ proto: 'http', ip: '127.0.0.1', port: (web.address() as AddressInfo).port });
  proxy = new TableProxy();
  hub = newHub();
  ann = await addPerson(db, 'ann');
});
afterEach(async () => {
  hub.service.onModuleDestroy();
  vi.useRealTimers();
  web.close();
  await db.destroy();
  await rm(folder, { recursive: true });
});

const row = async () => (await db('elara_server_lifecycle').first())!;

/** Lets time pass, a second at a time, and whatever really runs, until it is done; no state may outlive its deadline meanwhile. */
async function whenDone<T>(work: Promise<T>, atMostSeconds: number): Promise<T> {
  let over = false;
  void work.then(() => (over = true), () => (over = true));
  for (let second = 0; !over; second += 1) {
    if (second > atMostSeconds) throw new Error(`not done after ${atMostSeconds} seconds; the row says ${JSON.stringify(await row())}`);
    await pass(1);
    for (const { state, deadline } of await db('elara_server_lifecycle')) {
      if (deadline && fromDbTime(deadline)!.getTime() < Date.now() - 2000) throw new Error(`${state} beyond its deadline`);
    }
  }
  return work;
}

async function pass(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  await new Promise((resolve) => moment(resolve, 20));
}

const until = (state: string, atMostSeconds: number, user = ann) =>
  whenDone((async () => {
    while ((await hub.repository.find(user.id, ''))?.state !== state) await new Promise((resolve) => moment(resolve, 2));
  })(), atMostSeconds);

describe('a start that hangs', () => {
  test.each<[HangingStep[], string, number]>([
    [['start'], 'start-timeout', 75],
    [['start', 'stop'], 'start-timeout', 120],
    [['start', 'stop', 'poll', 'adopt', 'examine'], 'start-timeout', 120],
  ])('in %j ends by its deadline', async (steps, code, atMostSeconds) => {
    for (const step of steps) spawner.hangs.add(step);
    expect(await whenDone(hub.service.start(ann, ''), 12)).toBe('pending');
    await until('stopped', atMostSeconds);
    expect((await hub.service.failureOf(ann, ''))!.code).toBe(code);
    expect(await db('api_tokens')).toEqual([]);
  });

  test('can be cancelled, also when its stop hangs too', async () => {
    spawner.hangs.add('start').add('stop');
    const starting = whenDone(hub.service.start(ann, ''), 60).catch((error: Error) => error.message);
    await until('spawn-pending', 5);
    expect(await whenDone(hub.service.stop(ann, ''), 15)).toBe('pending');
    await until('stopped', 45);
    expect((await hub.service.failureOf(ann, ''))!.code).toBe('cancelled');
    await starting;
  });

  test('because nobody can look at what went wrong ends by its deadline', async () => {
    spawner.hangs.add('examine');
    web.close();
    web.closeAllConnections();
    await whenDone(hub.service.start(ann, ''), 12);
    await until('stopped', 150);
    expect((await hub.service.failureOf(ann, ''))!.code).toBe('never-answered');
  });
});

describe('a stop that hangs', () => {
  test('ends by its deadline, and a start after it works', async () => {
    expect(await whenDone(hub.service.start(ann, ''), 5)).toBe('ready');
    spawner.hangs.add('stop');
    expect(await whenDone(hub.service.stop(ann, ''), 15)).toBe('pending');
    await until('stopped', 45);
    expect(proxy.table.size).toBe(0);
    spawner.hangs.clear();
    expect(await whenDone(hub.service.start(ann, ''), 5)).toBe('ready');
    expect(await whenDone(hub.service.stop(ann, ''), 5)).toBe('stopped');
  });
});

describe('a poll that hangs', () => {
  test('keeps neither the next round nor other servers waiting', async () => {
    const bob = await addPerson(db, 'bob');
    await whenDone(hub.service.start(ann, ''), 5);
    await whenDone(hub.service.start(bob, ''), 5);
    spawner.hangs.add('poll');
    await whenDone(hub.watch.pollServers(), 35);
    spawner.hangs.clear();
    spawner.running.clear();
    await whenDone(hub.watch.pollServers(), 5);
    expect(await db('servers')).toEqual([]);
  });

  test('does not hang the request that asks whether it runs', async () => {
    await whenDone(hub.service.start(ann, ''), 5);
    spawner.hangs.add('poll');
    await expect(whenDone(hub.service.start(ann, ''), 35)).rejects.toThrow('because the spawner does not answer');
  });
});

describe('a hub that comes after one that was killed', () => {
  const killed = (): void => hub.service.onModuleDestroy();

  test.each<[HangingStep, string, number]>([
    ['start', 'spawn-pending', 120],
    ['stop', 'stop-pending', 90],
  ])('ends what hung in %s (%s), although nobody answers it either', async (step, state, atMostSeconds) => {
    if (step === 'stop') await whenDone(hub.service.start(ann, ''), 5);
    spawner.hangs.add(step);
    void (step === 'start' ? hub.service.start(ann, '') : hub.service.stop(ann, '')).catch(() => undefined);
    await until(state, 5);
    killed();
    for (const hanging of ['stop', 'poll', 'adopt', 'examine'] as const) spawner.hangs.add(hanging);
    hub = newHub();
    void hub.watch.resumeServers();
    await until('stopped', atMostSeconds);
    expect((await row()).deadline).toBeNull();
  });

  test('does not wait for servers that cannot be looked at', async () => {
    await whenDone(hub.service.start(ann, ''), 5);
    killed();
    spawner.hangs.add('adopt');
    hub = newHub();
    await whenDone(hub.watch.resumeServers(), 35);
    expect((await hub.service.one(ann, ''))!.ready).toBe(true);
  });

  test('ends a wait in the queue when its time has come', async () => {
    const bob = await addPerson(db, 'bob');
    spawner.hangs.add('start');
    void hub.service.start(ann, '').catch(() => undefined);
    await until('spawn-pending', 5);
    void hub.service.start(bob, '').catch(() => undefined);
    await until('queued', 5, bob);
    killed();
    vi.setSystemTime(Date.now() + 200_000);
    hub = newHub();
    spawner.hangs.add('adopt');
    void hub.watch.resumeServers();
    await until('stopped', 5, bob);
    expect(await hub.service.one(bob, '')).toMatchObject({ stopped: true, elara: { failure: { code: 'deadline' } } });
  });
});
