import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identify, waitForTcp } from '#process';
import { TableProxy } from '../../../../test/fakes/table-proxy.js';
import { addPerson, buildServers } from '../../../../test/support/servers.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { ConflictError, InvalidInputError, LimitReachedError, NotFoundError } from '../errors.js';
import { registry } from '../metrics.js';
import type { Route } from '../proxy/drivers/proxy-driver.js';
import type { ProgressEvent } from './progress.js';

/** A server whose behaviour its owner's name tells. */
const SERVER = `
  const user = process.env.JUPYTERHUB_USER, url = new URL(process.env.JUPYTERHUB_SERVICE_URL);
  console.log('hello from ' + user);
  if (user === 'exits') { console.error('cannot find the kernel'); process.exit(3); }
  process.on('SIGINT', () => setTimeout(() => process.exit(0), user === 'stuck' ? 700 : 0));
  const listen = () => require('http').createServer((q, r) => r.end(q.url)).listen(url.port, url.hostname);
  if (user !== 'never') setTimeout(listen, user.startsWith('slow') ? 700 : 0);
  setTimeout(() => process.exit(0), user === 'dies' ? 600 : 60000);`;

let folder: string;
let db: Database;
let driver: TableProxy;
let hub: ReturnType<typeof hubOf>;

function hubOf(rules: object = {}, spawner: object = {}, elara: object = {}) {
  const traits = {
    JupyterHub: { tornado_settings: { slow_spawn_timeout: 5, slow_stop_timeout: 5 }, ...rules },
    SimpleLocalProcessSpawner: { cmd: [process.execPath, '-e', SERVER], http_timeout: 5, ...spawner },
    Elara: elara,
  };
  return buildServers({ db, proxy: driver, folder, traits });
}

const person = (name: string) => addPerson(db, name);

async function left(user: { id: number }) {
  const count = async (table: 'servers' | 'oauth_clients' | 'api_tokens') => (await db(table).select('id')).length;
  const spawner = await db('spawners').where({ user_id: user.id }).first();
  const lifecycle = await db('elara_server_lifecycle').first();
  return { servers: await count('servers'), clients: (await count('oauth_clients')) - 1, tokens: await count('api_tokens'), routes: driver.table.size, state: spawner?.state, row: lifecycle?.state };
}

const GONE = { servers: 0, clients: 0, tokens: 0, routes: 0, state: '{}', row: 'stopped' };
const pidOf = async (user: { id: number }) => (await hub.repository.find(user.id, ''))!.spawnerState!.pid as number;

async function events(stream: AsyncIterable<ProgressEvent>): Promise<ProgressEvent[]> {
  const all: ProgressEvent[] = [];
  for await (const event of stream) all.push(event);
  return all;
}

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elara-servers-'));
  db = await openDatabase('sqlite://');
  await db('roles').insert({ name: 'server', scopes: '["users:activity!user", "access:servers!server"]', managed_by_auth: false });
  await db('oauth_clients').insert({ identifier: 'jupyterhub' });
  driver = new TableProxy();
  hub = hubOf();
});
afterEach(async () => {
  driver.away = false;
  await hub.service.stopAll(20);
  await db.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('from start to stop', () => {
  test('all that a server needs is there, and then gone', async () => {
    const ann = await person('ann');
    expect(await hub.service.start(ann, '', { options: { size: 's' } })).toBe('ready');
    const pid = await pidOf(ann);
    expect(await left(ann)).toEqual({ servers: 1, clients: 1, tokens: 1, routes: 1, state: `{"pid": ${pid}}`, row: 'ready' });
    const token = await db('api_tokens').first();
    expect(token).toMatchObject({ note: 'Server at /user/ann/', scopes: '["users:activity!user", "access:servers!server=ann/"]' });
    expect(await db('oauth_clients').where({ identifier: 'jupyterhub-user-ann' }).first()).toMatchObject({
      redirect_uri: '/user/ann/oauth_callback',
      description: 'Server at /user/ann/',
      allowed_scopes: '["access:servers!server=ann/"]',
    });
    const [[spec, route]] = driver.table as unknown as [[string, Route]];
    expect([spec, route.data]).toEqual(['/user/ann/', { user: 'ann', server_name: '' }]);
    expect(await (await fetch(`${route.target}/user/ann/x`)).text()).toBe('/user/ann/x');
    expect(await hub.service.one(ann, '')).toMatchObject({ ready: true, user_options: { size: 's' }, state: { pid }, started: expect.any(String) });

    expect(await hub.service.stop(ann, '')).toBe('stopped');
    expect(await left(ann)).toEqual(GONE);
    expect(identify(pid)).toBeUndefined();
    expect(await hub.service.one(ann, '')).toMatchObject({ stopped: true, started: null, user_options: { size: 's' } });
    expect(await hub.service.stop(ann, '')).toBe('stopped');
  });

  test('a slow start is pending, counted once, and followed by those who watch', async () => {
    hub = hubOf({ tornado_settings: { slow_spawn_timeout: 0.1, slow_stop_timeout: 5 } });
    const slow = await person('slow');
    expect(await hub.service.start(slow, '')).toBe('pending');
    expect(await hub.service.start(slow, '')).toBe('pending');
    expect(hub.pending.queue.starting).toBe(1);
    expect((await hub.service.one(slow, ''))!.pending).toBe('spawn');
    const seen = await events(hub.service.progress(slow, '', new AbortController().signal));
    expect(seen.map(({ progress }) => progress)).toEqual([0, 50, 100]);
    expect(seen.at(-1)).toMatchObject({ ready: true, url: '/user/slow/' });
    await expect(hub.service.start(slow, '')).rejects.toThrow('slow is already running');
  });

  test('a slow stop is pending, and nothing starts meanwhile', async () => {
    hub = hubOf({ tornado_settings: { slow_spawn_timeout: 5, slow_stop_timeout: 0.1 } });
    const stuck = await person('stuck');
    await hub.service.start(stuck, '');
    expect(await hub.service.stop(stuck, '')).toBe('pending');
    expect(await hub.service.stop(stuck, '')).toBe('pending');
    await expect(hub.service.start(stuck, '')).rejects.toThrow('stuck is pending stop');
    await expect(events(hub.service.progress(stuck, '', new AbortController().signal))).rejects.toThrow('stuck is not starting...');
    await expect.poll(() => left(stuck)).toEqual(GONE);
  });

  test('two requests at a time start one server', async () => {
    const ann = await person('ann');
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => hub.service.start(ann, 'lab')));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason))).toEqual(expect.arrayContaining(['ready', 'pending']));
    expect(await db('spawners').where({ user_id: ann.id })).toHaveLength(1);
    expect(driver.table.size).toBe(1);
  });
});

describe('a start that fails', () => {
  test.each([
    ['exits', {}, 'exited-early', /with status 3/],
    ['never', { http_timeout: 0.3 }, 'never-answered', /did not answer within 0.3 seconds/],
    ['ann', { cmd: ['/nowhere/server'] }, 'command-missing', /cannot be run/],
    ['ann', { home_dir_template: '/dev/null/{username}' }, 'home', /home folder/],
  ])('%s with %j: %s', async (name, spawner, code, message) => {
    hub = hubOf({}, { interrupt_timeout: 1, ...spawner });
    const user = await person(name);
    await expect(hub.service.start(user, '')).rejects.toThrow(message);
    expect(await left(user)).toEqual(GONE);
    expect(await hub.service.failureOf(user, '')).toMatchObject({ code });
    expect(await events(hub.service.progress(user, '', new AbortController().signal))).toEqual([
      expect.objectContaining({ failed: true, message: expect.stringMatching(/^Spawn failed: /) }),
    ]);
  });

  test('shows what the server wrote in this run', async () => {
    const exits = await person('exits');
    await expect(hub.service.start(exits, '')).rejects.toThrow();
    await expect(hub.service.start(exits, '')).rejects.toThrow();
    expect((await hub.service.failureOf(exits, ''))!.log).toEqual(['hello from exits', 'cannot find the kernel']);
  });

  test('for want of a proxy leaves nothing', async () => {
    const ann = await person('ann');
    driver.away = true;
    await expect(hub.service.start(ann, '')).rejects.toThrow('cannot be reached through the proxy');
    expect(await left(ann)).toEqual(GONE);
  });

  test('by a stop tells both, and leaves nothing', async () => {
    const never = await person('never');
    const starting = hub.service.start(never, '').catch((error: Error) => error);
    await expect.poll(() => hub.repository.find(never.id, '').then((record) => record?.spawnerState?.pid)).toBeDefined();
    const pid = await pidOf(never);
    expect(await hub.service.stop(never, '')).toBe('stopped');
    expect(await starting).toBeInstanceOf(ConflictError);
    expect(await left(never)).toEqual(GONE);
    expect(identify(pid)).toBeUndefined();
  });

  test('because of its options is refused before anything happens', async () => {
    hub = hubOf({}, { apply_user_options: { memory: 'mem_limit' } });
    const ann = await person('ann');
    await expect(hub.service.start(ann, '', { options: { memory: 'much' } })).rejects.toThrow(InvalidInputError);
    expect(await hub.repository.find(ann.id, '')).toBeUndefined();
  });

  test('can be followed by one that works', async () => {
    const ann = await person('ann');
    driver.away = true;
    await expect(hub.service.start(ann, '')).rejects.toThrow();
    driver.away = false;
    expect(await hub.service.start(ann, '')).toBe('ready');
    expect(await hub.service.failureOf(ann, '')).toBeUndefined();
  });
});

describe('named servers', () => {
  test('are kept when stopped and forgotten when removed', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, 'lab', { displayName: 'My lab' });
    expect(await hub.service.one(ann, 'lab')).toMatchObject({ display_name: 'My lab', url: '/user/ann/lab/' });
    await hub.service.stop(ann, 'lab');
    const models = await hub.service.modelsFor([ann], { includeStopped: true });
    expect(models.get(ann.id)!.map(({ name }) => name)).toEqual(['', 'lab']);
    expect((await hub.service.modelsFor([ann], { includeStopped: false })).get(ann.id)).toEqual([]);
    await hub.service.stop(ann, 'lab', { remove: true });
    expect(await hub.service.one(ann, 'lab')).toBeUndefined();
    await expect(hub.service.stop(ann, 'lab')).rejects.toThrow("ann has no server named 'lab'");
  });

  test('that run are stopped before they are removed', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, 'lab');
    expect(await hub.service.stop(ann, 'lab', { remove: true })).toBe('stopped');
    expect(await db('spawners').where({ name: 'lab' })).toEqual([]);
    await expect(hub.service.stop(ann, '', { remove: true })).rejects.toThrow('Cannot delete the default server');
  });

  test('have names by the rules', async () => {
    const ann = await person('ann');
    await expect(hub.service.start(ann, 'a/b')).rejects.toThrow(InvalidInputError);
    hub = hubOf({ allow_named_servers: false });
    await expect(hub.service.start(ann, 'lab')).rejects.toThrow('Named servers are not enabled.');
    await expect(hub.service.stop(ann, 'lab')).rejects.toThrow('Named servers are not enabled.');
    expect(await db('spawners')).toEqual([]);
  });
});

test('names from before the rule are mended at start, where the operator wants it; those of running servers later', async () => {
  const ann = await person('ann');
  for (const name of ['My Lab', 'my-lab', 'my_lab']) await db('spawners').insert({ user_id: ann.id, name, display_name: name === 'my_lab' ? 'Mine' : '' });
  await hub.service.start(ann, 'my_lab');
  const names = async () => (await db('spawners').whereNot({ name: '' }).orderBy('id').select('name', 'display_name')).map((row) => [row.name, row.display_name]);
  await hub.changes.renameInvalid();
  expect((await names())[0]).toEqual(['My Lab', '']);
  hub = hubOf({ allow_existing_invalid_named_servers: 'autorename' });
  await hub.changes.renameInvalid();
  expect(await names()).toEqual([['my-lab-2', 'My Lab'], ['my-lab', ''], ['my_lab', 'Mine']]);
  await hub.service.stop(ann, 'my_lab');
  await hub.changes.renameInvalid();
  expect((await names())[2]).toEqual(['my-lab-3', 'Mine']);
});

describe('limits', () => {
  test('on servers that run', async () => {
    hub = hubOf({ active_server_limit: 2 });
    const [a, b, c] = [await person('a'), await person('b'), await person('c')];
    await hub.service.start(a, '');
    await hub.service.start(b, 'lab');
    await expect(hub.service.start(c, '')).rejects.toThrow(LimitReachedError);
    await hub.service.stop(a, '');
    expect(await hub.service.start(c, '')).toBe('ready');
  });

  test('on servers that start, however many ask at once', async () => {
    hub = hubOf({ concurrent_spawn_limit: 2, tornado_settings: { slow_spawn_timeout: 0 } });
    const people = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(person));
    const answers = await Promise.allSettled(people.map((user) => hub.service.start(user, '')));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(answers.filter((answer) => answer.status === 'rejected' && answer.reason instanceof LimitReachedError)).toHaveLength(3);
  });
});

describe('the queue', () => {
  const slowly = { concurrent_spawn_limit: 1, tornado_settings: { slow_spawn_timeout: 0.05, slow_stop_timeout: 5 } };
  const queueOf = (limit: number, rules: object = {}) => hubOf({ ...slowly, ...rules }, {}, { spawn_queue_limit: limit });
  const stateOf = async (user: { id: number }) => (await hub.repository.find(user.id, ''))?.state;
  const cut = new AbortController();

  test('starts them one after another, in turn, and tells where they stand', async () => {
    hub = queueOf(10);
    const [slow, ann, bob] = [await person('slow'), await person('slowann'), await person('bob')];
    for (const user of [slow, ann, bob]) expect(await hub.service.start(user, '', { options: { who: user.name } })).toBe('pending');
    expect(await hub.service.start(bob, '')).toBe('pending');
    expect([await stateOf(slow), await stateOf(ann), await stateOf(bob)]).toEqual(['spawn-pending', 'queued', 'queued']);
    expect(await hub.service.one(bob, '')).toMatchObject({ pending: 'spawn', ready: false, elara: { queue: { position: 2, estimated_wait_seconds: null } } });
    const seen = await events(hub.service.progress(bob, '', cut.signal));
    expect(seen.map(({ message }) => message)).toEqual([
      'Server requested',
      'Waiting for a free place: number 2 in line',
      expect.stringMatching(/^Waiting for a free place: number 1 in line, about 10 seconds to go$/),
      'Spawning server...',
      'Server ready at /user/bob/',
    ]);
    expect((await hub.service.one(ann, ''))!).toMatchObject({ ready: true, user_options: { who: 'slowann' } });
    expect((await hub.service.one(bob, ''))!.elara).toBeUndefined();
  });

  test('who comes when it is full is told how long it takes', async () => {
    hub = queueOf(1);
    const people = await Promise.all(['a', 'slow', 'ann', 'bob'].map(person));
    await hub.service.start(people[0]!, '');
    await expect.poll(() => hub.pending.queue.starting).toBe(0);
    const answers = await Promise.allSettled(people.slice(1).map((user) => hub.service.start(user, '')));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect((answers[2] as PromiseRejectedResult).reason).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    expect((answers[2] as PromiseRejectedResult).reason.retryAfterSeconds).toBeLessThan(10);
  });

  test('who waits counts as active, and for named servers', async () => {
    hub = queueOf(10, { active_server_limit: 3, named_server_limit_per_user: 1 });
    const [slow, ann] = [await person('slow'), await person('ann')];
    await hub.service.start(slow, '');
    await hub.service.start(slow, 'lab');
    await expect(hub.service.start(slow, 'two')).rejects.toThrow('already has the maximum of 1 named servers');
    await hub.service.start(ann, '');
    await expect(hub.service.start(await person('bob'), '')).rejects.toThrow('Active user limit exceeded');
  });

  test('is left at once', async () => {
    hub = queueOf(10);
    const [never, ann, bob] = [await person('never'), await person('ann'), await person('bob')];
    await hub.service.start(never, '');
    await hub.service.start(ann, '');
    await hub.service.start(bob, '');
    const before = Date.now();
    expect(await hub.service.stop(ann, '')).toBe('stopped');
    expect(Date.now() - before).toBeLessThan(500);
    expect(await hub.service.one(ann, '')).toMatchObject({ stopped: true, elara: { failure: { code: 'cancelled' } } });
    expect((await hub.service.one(bob, ''))!.elara?.queue?.position).toBe(1);
    expect(await db('api_tokens').select('user_id')).toEqual([{ user_id: never.id }]);
  });

  test('a failed start makes room before all is cleaned up', async () => {
    hub = queueOf(10);
    const [stuck, ann] = [await person('stuck'), await person('ann')];
    driver.away = true;
    const failing = hub.service.start(stuck, '');
    await hub.service.start(ann, '');
    await expect.poll(() => hub.pending.get(1)?.lifecycle.state).toBe('stop-pending');
    expect(await stateOf(ann)).toBe('spawn-pending');
    await failing;
  });

  test('survives the hub: the next goes on in the same order, with the same options', async () => {
    hub = queueOf(10);
    const people = await Promise.all(['slow', 'ann', 'bob'].map(person));
    for (const user of people) await hub.service.start(user, '', { options: { who: user.name } });
    hub.service.onModuleDestroy();
    hub = queueOf(10);
    expect(await stateOf(people[2]!)).toBe('queued');
    const resumed = hub.watch.resumeServers();
    await expect.poll(async () => (await hub.service.one(people[2]!, ''))!.elara?.queue?.position).toBe(2);
    await resumed;
    await expect.poll(() => hub.service.one(people[2]!, ''), { timeout: 5000 }).toMatchObject({ ready: true, user_options: { who: 'bob' } });
  });

  test('the next hub fails what has waited beyond its deadline', async () => {
    hub = queueOf(10);
    const [slow, ann] = [await person('slow'), await person('ann')];
    await hub.service.start(slow, '');
    await hub.service.start(ann, '');
    hub.service.onModuleDestroy();
    await db('elara_server_lifecycle').where({ state: 'queued' }).update({ deadline: '2020-01-01 00:00:00.000000' });
    hub = queueOf(10);
    await hub.watch.resumeServers();
    await expect.poll(() => hub.service.one(ann, '')).toMatchObject({ stopped: true, elara: { failure: { code: 'deadline' } } });
  });

  test('the next hub fails what its config does not allow any more', async () => {
    hub = queueOf(10);
    const [slow, ann] = [await person('slow'), await person('ann')];
    await hub.service.start(slow, '');
    await hub.service.start(ann, '', { options: { memory: 'much' } });
    hub.service.onModuleDestroy();
    hub = hubOf(slowly, { apply_user_options: { memory: 'mem_limit' } }, { spawn_queue_limit: 10 });
    await hub.watch.resumeServers();
    await expect.poll(() => hub.service.one(ann, '')).toMatchObject({ stopped: true, elara: { failure: { code: 'options' } } });
  });
});

describe('a server that dies', () => {
  test('is noticed when it happens, if this hub started it', async () => {
    const dies = await person('dies');
    await hub.service.start(dies, '');
    await expect.poll(() => left(dies), { timeout: 5000 }).toEqual(GONE);
  });

  test('is noticed by the poll, whoever started it', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    const later = hubOf();
    await later.watch.pollServers();
    expect((await left(ann)).row).toBe('ready');
    hub.pending.onEnd = () => undefined;
    process.kill(await pidOf(ann), 'SIGKILL');
    await expect.poll(async () => (await later.watch.pollServers(), left(ann))).toEqual(GONE);
  });

  test('can be started again at once', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    hub.pending.onEnd = () => undefined;
    const pid = await pidOf(ann);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => identify(pid)).toBeUndefined();
    expect(await hub.service.start(ann, '')).toBe('ready');
    expect(await pidOf(ann)).not.toBe(pid);
  });
});

describe('after a restart of the hub', () => {
  test('running servers go on, and their tokens can still be revoked', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    const pid = await pidOf(ann);
    hub = hubOf();
    driver.table.clear();
    await hub.watch.resumeServers();
    await hub.proxy.check();
    expect(await pidOf(ann)).toBe(pid);
    expect([...driver.table.keys()].sort()).toEqual(['/', '/user/ann/']);
    driver.table.delete('/');
    await hub.service.stop(ann, '');
    expect(await left(ann)).toEqual(GONE);
    expect(identify(pid)).toBeUndefined();
  });

  test('servers of people who are blocked now are stopped, whatever they were doing', async () => {
    hub = hubOf({ concurrent_spawn_limit: 2, tornado_settings: { slow_spawn_timeout: 0.05 } }, {}, { spawn_queue_limit: 5 });
    const [ann, slow, bob] = [await person('ann'), await person('slow'), await person('bob')];
    await hub.service.start(ann, '');
    await expect.poll(async () => (await hub.service.one(ann, ''))!.ready).toBe(true);
    const pid = await pidOf(ann);
    for (const server of ['', 'lab', 'two']) await hub.service.start(slow, server);
    await hub.service.start(bob, '');
    hub.service.onModuleDestroy();
    hub.pending.onEnd = () => undefined;
    hub = buildServers({ db, proxy: driver, folder, traits: { DummyAuthenticator: { blocked_users: ['ann', 'slow'] }, SimpleLocalProcessSpawner: { cmd: [process.execPath, '-e', SERVER] } } });
    await hub.watch.resumeServers();
    await expect.poll(async () => (await hub.service.one(bob, ''))!.ready, { timeout: 5000 }).toBe(true);
    const rows = (await hub.service.modelsFor([ann, slow], { includeStopped: true })).values();
    expect([...rows].flat().map(({ stopped }) => stopped)).toEqual([true, true, true, true]);
    expect(identify(pid)).toBeUndefined();
  });

  test('servers that ended meanwhile are cleaned up', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    hub.pending.onEnd = () => undefined;
    process.kill(await pidOf(ann), 'SIGKILL');
    await expect.poll(async () => (await hubOf().watch.resumeServers(), left(ann))).toEqual(GONE);
  });

  test('servers of JupyterHub are taken over', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    await db('elara_server_lifecycle').delete();
    await hubOf().watch.resumeServers();
    expect(await db('elara_server_lifecycle').first()).toMatchObject({ state: 'ready', process: expect.stringContaining('startTime') });
    expect((await hub.service.one(ann, ''))!.ready).toBe(true);
  });

  test('a start that got as far as a process is carried on', async () => {
    hub = hubOf({ tornado_settings: { slow_spawn_timeout: 0 } });
    const slow = await person('slow');
    await hub.service.start(slow, '');
    await expect.poll(() => hub.repository.find(slow.id, '').then((record) => record?.spawnerState?.pid)).toBeDefined();
    hub.service.onModuleDestroy();
    const pid = await pidOf(slow);
    hub = hubOf();
    await hub.watch.resumeServers();
    expect(await left(slow)).toMatchObject({ row: 'ready', routes: 1, state: `{"pid": ${pid}}` });
  });

  test('a start that nobody got to note is ended', async () => {
    hub = hubOf({ tornado_settings: { slow_spawn_timeout: 5 } });
    const ann = await person('ann');
    await hub.service.start(ann, '');
    const pid = await pidOf(ann);
    const { port } = new URL([...driver.table.values()][0]!.target);
    await waitForTcp('127.0.0.1', Number(port), { timeoutMs: 2000 });
    // as a hub leaves it that is killed between the start of the process and its note
    await db('servers').delete();
    await db('spawners').update({ state: '{}' });
    await db('elara_server_lifecycle').update({ state: 'spawn-pending', process: null });
    hub.pending.onEnd = () => undefined;
    await hubOf().watch.resumeServers();
    expect(identify(pid)).toBeUndefined();
    expect(await left(ann)).toEqual(GONE);
    expect(await hub.service.failureOf(ann, '')).toMatchObject({ code: 'lost' });
  });

  test('a stop of a server that nobody got to note is finished too', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    const pid = await pidOf(ann);
    await db('servers').delete();
    await db('spawners').update({ state: '{}' });
    await db('elara_server_lifecycle').update({ state: 'stop-pending', process: null });
    hub.pending.onEnd = () => undefined;
    await hubOf().watch.resumeServers();
    expect(identify(pid)).toBeUndefined();
    expect(await left(ann)).toEqual(GONE);
  });

  test('rows that belong to nobody are swept', async () => {
    await db('servers').insert({ ip: '127.0.0.1', port: 1 });
    const [service] = await db('servers').insert({ ip: '127.0.0.1', port: 2 }).returning('id');
    await db('services').insert({ name: 'web', _server_id: service!.id, timeout: 30 });
    await hub.watch.resumeServers();
    expect(await db('servers').select('port')).toEqual([{ port: 2 }]);
    await db('servers').delete();
  });

  test('a stop is finished', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    const pid = await pidOf(ann);
    await db('elara_server_lifecycle').update({ state: 'stop-pending' });
    hub.pending.onEnd = () => undefined;
    await hubOf().watch.resumeServers();
    expect(identify(pid)).toBeUndefined();
    expect(await left(ann)).toEqual(GONE);
  });

  test('what is pending beyond its deadline is found by the poll', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    await db('elara_server_lifecycle').update({ state: 'stop-pending', deadline: '2099-01-01 00:00:00.000000' });
    hub.pending.onEnd = () => undefined;
    await hub.watch.pollServers();
    expect((await left(ann)).row).toBe('stop-pending');
    await db('elara_server_lifecycle').update({ deadline: '2020-01-01 00:00:00.000000' });
    await hub.watch.pollServers();
    expect(await left(ann)).toEqual(GONE);
  });
});

test('all servers of somebody who is deleted go', async () => {
  const ann = await person('ann');
  await hub.service.start(ann, '');
  await hub.service.start(ann, 'lab');
  await hub.service.removeAll(ann);
  expect(await db('spawners')).toEqual([]);
  expect(driver.table.size).toBe(0);
});

test('activity that the proxy saw is noted, and never goes back', async () => {
  const ann = await person('ann');
  await hub.service.start(ann, '');
  const seen = '2099-01-01T00:00:00.000Z';
  driver.table.get('/user/ann/')!.data.last_activity = seen;
  await hub.watch.activityFromRoutes();
  expect((await hub.service.one(ann, ''))!.last_activity).toBe('2099-01-01T00:00:00Z');
  driver.table.get('/user/ann/')!.data.last_activity = '2020-01-01T00:00:00.000Z';
  await hub.watch.activityFromRoutes();
  await hub.activity.flush();
  expect((await hub.service.one(ann, ''))!.last_activity).toBe('2099-01-01T00:00:00Z');
  expect(await db('users').first()).toMatchObject({ last_activity: '2099-01-01 00:00:00.000000' });
});

test('there is no progress of what was never started', async () => {
  const ann = await person('ann');
  await expect(events(hub.service.progress(ann, '', new AbortController().signal))).rejects.toThrow(NotFoundError);
});

describe('what is measured', () => {
  /** What has happened since `reset`, by metric and labels. */
  const counted = async () =>
    Object.fromEntries(
      (await registry.metrics()).split('\n').flatMap((line) => {
        const [, name, labels, count] = /^jupyterhub_(?:server|proxy)_(\w+?)_(?:duration_)?(?:seconds_)?count\{(.*)\} ([1-9]\d*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[`${name} ${labels!.replaceAll('"', '')}`, Number(count)]];
      }),
    );
  beforeEach(() => registry.resetMetrics());

  test('a server that comes, is looked at and goes', async () => {
    const ann = await person('ann');
    await hub.service.start(ann, '');
    await hub.watch.pollServers();
    await hub.service.stop(ann, '');
    expect(await counted()).toEqual({
      'spawn status=success,reason=': 1,
      'poll status=ServerPollStatus.running': 1,
      'stop status=success': 1,
      'add status=success': 1,
      'delete status=success': 1,
    });
  });

  test('servers that fail, and one for which there is no room', async () => {
    hub = hubOf({ concurrent_spawn_limit: 1, tornado_settings: { slow_spawn_timeout: 0.1, slow_stop_timeout: 5 } });
    await hub.service.start(await person('slow'), '');
    await expect(hub.service.start(await person('ann'), '')).rejects.toThrow(LimitReachedError);
    await hub.service.stopAll(20);
    driver.away = true;
    await expect(hubOf().service.start(await person('bob'), '')).rejects.toThrow('cannot be reached');
    await expect(hubOf().service.start(await person('exits'), '')).rejects.toThrow('with status 3');
    expect(await counted()).toMatchObject({
      'spawn status=failure,reason=throttled': 1,
      'spawn status=failure,reason=cancelled': 1,
      'spawn status=error,reason=proxy': 1,
      'spawn status=failure,reason=exited': 1,
      'add status=failure': 1,
      'stop status=failure': 2,
    });
  });
});
