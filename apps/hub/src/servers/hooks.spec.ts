import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HangingSpawner } from '../../../../test/fakes/hanging-spawner.js';
import { TableProxy } from '../../../../test/fakes/table-proxy.js';
import { addPerson, buildServers } from '../../../../test/support/servers.js';
import type { HookHandler, HookSpawner } from '../config/hooks/objects.js';
import type { SpawnerTraits } from '../config/hooks/values.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { fromDbTime } from '../database/values.js';
import { InvalidInputError, NotAllowedError } from '../errors.js';
import type { SpawnContext } from '../spawners/spawn-context.js';
import { SpawnError } from '../spawners/spawn-error.js';
import type { ProgressEvent } from './progress.js';

/** Its servers tell what they were started with. */
class OpenSpawner extends HangingSpawner {
  contexts: SpawnContext[] = [];

  override start(context?: SpawnContext) {
    this.contexts.push(context!);
    return super.start();
  }

  get environment(): Record<string, string> {
    return this.contexts.at(-1)!.environment({ proto: 'http', ip: '127.0.0.1', port: 1 });
  }
}

const HOOK_SECONDS = 5;

let folder: string;
let db: Database;
let web: Server;
let spawner: OpenSpawner;
let ann: { id: number; name: string };
let calls: string[];
let hub: ReturnType<typeof buildServers>;

function hubWith(traits: Partial<SpawnerTraits>): void {
  const rules = { tornado_settings: { slow_spawn_timeout: 600, slow_stop_timeout: 600 } };
  hub = buildServers({
    db,
    proxy: new TableProxy(),
    folder,
    spawner,
    traits: {
      JupyterHub: rules,
      DummyAuthenticator: { enable_auth_state: true },
      CryptKeeper: { keys: ['11'.repeat(32)] },
      SimpleLocalProcessSpawner: traits,
      Elara: { hook_timeout: HOOK_SECONDS },
    },
  });
}

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  folder = await mkdtemp(join(tmpdir(), 'elara-hooks-'));
  db = await openDatabase('sqlite://');
  await db('roles').insert({ name: 'server', scopes: '["users:activity!user"]', managed_by_auth: false });
  await db('oauth_clients').insert({ identifier: 'jupyterhub' });
  web = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
  await new Promise((resolve) => web.once('listening', resolve));
  spawner = new OpenSpawner({ proto: 'http', ip: '127.0.0.1', port: (web.address() as AddressInfo).port });
  calls = [];
  ann = await addPerson(db, 'ann');
});
afterEach(async () => {
  hub.service.onModuleDestroy();
  vi.useRealTimers();
  web.close();
  await db.destroy();
  await rm(folder, { recursive: true });
});

const moment = () => new Promise((resolve) => setImmediate(resolve));

const realTimeout = setTimeout;
const STEP_MS = 25;

/** Lets time pass a little at a time, and whatever really runs, until it is done. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let over = false;
  void work.then(() => (over = true), () => (over = true));
  for (let passed = 0; !over; passed += STEP_MS) {
    if (passed > 10_000 * HOOK_SECONDS) throw new Error('it hangs');
    await vi.advanceTimersByTimeAsync(STEP_MS);
    await new Promise((resolve) => realTimeout(resolve, 5));
  }
  return work;
}

const start = (options: Record<string, unknown> = {}, handler?: HookHandler) =>
  inTime(hub.service.start(ann, '', { options, ...(handler && { handler }) }));
const stop = () => hub.service.stop(ann, '');
const failure = () => hub.service.failureOf(ann, '');
const error = (work: Promise<unknown>) => work.then(() => undefined, (thrown: unknown) => thrown);
const handler = { request: { method: 'POST' } } as HookHandler;

async function joinGroup(name: string, properties: object): Promise<void> {
  const [group] = await db('groups').insert({ name, properties: JSON.stringify(properties) }).returning('id');
  await db('user_group_map').insert({ user_id: ann.id, group_id: group!.id });
}

describe('on the way up', () => {
  test('functions are called in the order of JupyterHub, and what they set is used', async () => {
    await joinGroup('gpu', { quota: 2 });
    hubWith({
      environment: { PLAIN: '1', ASKED: ({ user, user_options }) => (calls.push('environment'), `${user.name} ${String(user_options.size)}`), COUNT: () => 3 },
      auth_state_hook: (asked, state) => void (calls.push('auth_state_hook'), (asked.userdata = state)),
      group_overrides: ({ user }) => (calls.push('group_overrides'), { a: { groups: ['gpu'], spawner_override: { cpu_limit: ({ user: { groups } }: HookSpawner) => groups[0]!.properties.quota, environment: { GPU: user.groups[0]!.name } } }, b: { groups: ['other'], spawner_override: { cpu_limit: () => 99 } } }),
      apply_user_options: (asked, options) => void (calls.push('apply_user_options'), (asked.mem_limit = options.size as never)),
      server_token_scopes: ({ cpu_limit }) => (calls.push('server_token_scopes'), [`read:users!user`, ...(cpu_limit === 2 ? ['list:users'] : [])]),
      oauth_client_allowed_scopes: async () => (calls.push('oauth_client_allowed_scopes'), ['self']),
      pre_spawn_hook: async (asked) => {
        calls.push(`pre_spawn_hook ${asked.api_token.length} ${asked.handler?.request.method}`);
        await moment();
        asked.environment.OWN = 'x';
        asked.args.push(`--of=${asked.user.name}`);
        asked.notebook_dir = '/home/{username}';
      },
    });
    await start({ size: '2G' }, handler);
    expect(calls).toEqual(['auth_state_hook', 'group_overrides', 'apply_user_options', 'server_token_scopes', 'oauth_client_allowed_scopes', 'pre_spawn_hook 32 POST', 'environment']);
    expect(spawner.environment).toMatchObject({ PLAIN: '1', ASKED: 'ann 2G', COUNT: '3', GPU: 'gpu', OWN: 'x', MEM_LIMIT: String(2 ** 31), CPU_LIMIT: '2', JUPYTERHUB_ROOT_DIR: '/home/ann', JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: '["self"]' });
    expect(spawner.contexts[0]!.argv).toContain('--of=ann');
    expect(JSON.parse((await db('api_tokens').first())!.scopes!)).toEqual(['read:users!user', 'list:users', 'users:activity!user']);
    expect(JSON.parse((await db('oauth_clients').where({ identifier: 'jupyterhub-user-ann' }).first())!.allowed_scopes!)).toEqual(['self', 'access:servers!server=ann/']);
  });

  test('hooks see the person, their servers, the row and the hub', async () => {
    let seen: object = {};
    hubWith({
      auth_state_hook: (_, state) => void calls.push(JSON.stringify(state)),
      pre_spawn_hook: ({ user, name, orm_spawner, hub: { api_url }, config, authenticator, server }) =>
        void (seen = { user: { ...user, settings: undefined }, own: user.server_url('lab'), name, row: orm_spawner.name, api_url, hub: config.JupyterHub!.hub_port, form: (authenticator as { hasForm: boolean }).hasForm, server }),
    });
    const sealed = hub.tools.hooks['authStates']['keeper'].encrypt({ token: 'of ann' });
    await db('users').where({ id: ann.id }).update({ encrypted_auth_state: sealed, admin: true });
    await joinGroup('class', {});
    await start();
    expect(seen).toMatchObject({
      user: { id: ann.id, name: 'ann', admin: true, groups: [{ name: 'class', properties: {} }], escaped_name: 'ann', url: '/user/ann/', spawners: { '': { name: '', pending: 'spawn', ready: false } } },
      own: '/user/ann/lab/', name: '', row: '', api_url: 'http://127.0.0.1:8081/hub/api', hub: 8081, form: true, server: null,
    });
    expect(calls).toEqual(['{"token":"of ann"}']);
  });

  test('what one start sets is not there for the next', async () => {
    hubWith({ environment: { A: '1' }, pre_spawn_hook: (asked) => void (asked.environment[`B${calls.push('')}`] = '2') });
    await start();
    await stop();
    await start();
    expect([spawner.environment.A, spawner.environment.B1, spawner.environment.B2]).toEqual(['1', undefined, '2']);
  });

  test('a hook may give a start more time', async () => {
    hubWith({ pre_spawn_hook: (asked) => void (asked.start_timeout = 3000) });
    spawner.hangs.add('start');
    const starting = error(hub.service.start(ann, ''));
    await vi.waitFor(() => expect(spawner.contexts).toHaveLength(1));
    const { deadline } = (await db('elara_server_lifecycle').first())!;
    expect(fromDbTime(deadline)!.getTime() - Date.now()).toBeGreaterThan(3_000_000);
    await stop();
    await starting;
  });
});

describe('a function that fails', () => {
  const broken = () => {
    throw new Error('/secret/place is not there');
  };

  test.each<[string, Partial<SpawnerTraits>, RegExp]>([
    ['auth_state_hook', { auth_state_hook: broken }, /auth_state_hook: .*not there/],
    ['group_overrides', { group_overrides: broken }, /group_overrides: .*not there/],
    ['a value in an override', { group_overrides: { a: { groups: ['g'], spawner_override: { args: broken } } } }, /group_overrides\.a\.args/],
    ['pre_spawn_hook', { pre_spawn_hook: broken }, /pre_spawn_hook: .*not there/],
    ['a value of environment', { environment: { A: broken } }, /environment\.A: /],
    ['server_token_scopes', { server_token_scopes: broken }, /server_token_scopes/],
    ['scopes that are none', { server_token_scopes: () => 'list:users' as never }, /server_token_scopes/],
    ['a value that is no text', { environment: { A: () => null as never } }, /it gave no text, but null/],
    ['overrides that are none', { group_overrides: () => undefined as never }, /group_overrides/],
    ['a trait that there is not', { pre_spawn_hook: (asked) => void Object.assign(asked, { mem_limt: 1 }) }, /cannot set spawner.mem_limt: .*did you mean mem_limit\?/],
    ['a value that does not fit', { pre_spawn_hook: (asked) => void (asked.mem_limit = 'much' as never) }, /cannot set spawner.mem_limit: because expected a size/],
    ['a value that is spoilt inside', { pre_spawn_hook: (asked) => void asked.args.push(5 as never) }, /cannot set spawner.args/],
    ['what can only be read', { pre_spawn_hook: (asked) => void Object.assign(asked, { name: 'x' }) }, /cannot set spawner.name: because it can only be read/],
  ])('%s ends the start, and tells the person nothing of the machine', async (_what, traits, detail) => {
    hubWith({ ...traits, post_stop_hook: () => void calls.push('post_stop_hook') });
    await joinGroup('g', {});
    const thrown = await error(start());
    expect(thrown).toBeInstanceOf(SpawnError);
    expect((thrown as SpawnError).message).not.toContain('secret');
    expect(await failure()).toMatchObject({ code: expect.stringMatching(/^(hook|internal)$/) as string, detail: expect.stringMatching(detail) as string });
    expect(calls).toEqual(['post_stop_hook']);
    expect([spawner.contexts, await db('api_tokens'), await db('servers')]).toEqual([[], [], []]);
    expect((await db('elara_server_lifecycle').first())!.state).toBe('stopped');
  });

  test('says to the person what it means to say', async () => {
    hubWith({ pre_spawn_hook: () => Promise.reject(new NotAllowedError('You have no project')) });
    const thrown = await error(start());
    expect(thrown).toBeInstanceOf(NotAllowedError);
    expect(await failure()).toMatchObject({ code: 'refused', message: 'You have no project' });
  });

  test('in apply_user_options refuses the options', async () => {
    hubWith({ apply_user_options: (asked, { size }) => void (asked.mem_limit = size as never) });
    const thrown = await error(start({ size: 'huge' }));
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect((thrown as Error).message).toBe('Invalid user options');
    expect(await failure()).toMatchObject({ code: 'options' });
  });

  test('after a stop is passed over', async () => {
    hubWith({ post_stop_hook: () => (calls.push('post_stop_hook'), broken()) });
    await start();
    expect(await stop()).toBe('stopped');
    expect([calls, (await db('elara_server_lifecycle').first())!.state]).toEqual([['post_stop_hook'], 'stopped']);
  });
});

describe('a function that hangs', () => {
  test('has its time, and is told by its signal', async () => {
    let told: AbortSignal | undefined;
    hubWith({ pre_spawn_hook: (_, { signal }) => ((told = signal), new Promise(() => undefined)) });
    const thrown = await error(start());
    expect(thrown).toMatchObject({ code: 'hook', detail: expect.stringContaining(`not finished after ${HOOK_SECONDS} seconds`) as string });
    expect(told!.aborted).toBe(true);
  });

  test('does not keep a start from being cancelled', async () => {
    let told: AbortSignal | undefined;
    hubWith({ pre_spawn_hook: (_, { signal }) => ((told = signal), new Promise(() => undefined)) });
    const starting = error(hub.service.start(ann, ''));
    await vi.waitFor(() => expect(told).toBeDefined());
    expect(await stop()).toBe('stopped');
    expect([told!.aborted, (await failure())!.code]).toEqual([true, 'cancelled']);
    await starting;
  });

  test('after a stop is waited for no longer than that', async () => {
    hubWith({ post_stop_hook: () => new Promise(() => undefined) });
    await start();
    expect(await inTime(stop())).toBe('stopped');
  });
});

describe('progress_ready_hook', () => {
  const lastEvent = async () => {
    const all: ProgressEvent[] = [];
    for await (const event of hub.service.progress(ann, '', new AbortController().signal)) all.push(event);
    return all.at(-1)!;
  };

  test('changes the last event, but not that the server is ready', async () => {
    hubWith({ progress_ready_hook: ({ name, server }, event) => ({ ...event, ready: false as never, message: `Up: ${name}${server!.url}`, url: '/elsewhere' }) });
    await start();
    expect(await lastEvent()).toMatchObject({ progress: 100, ready: true, message: expect.stringMatching(/^Up: http:\/\/127\.0\.0\.1:\d+\/user\/ann\/$/) as string, url: '/elsewhere' });
  });

  test.each([() => Promise.reject(new Error('no')), () => undefined as never, () => ({ message: 3 as never })])('that fails leaves it as it is: %s', async (hook) => {
    hubWith({ progress_ready_hook: hook });
    await start();
    expect(await lastEvent()).toMatchObject({ ready: true, message: 'Server ready at /user/ann/', url: '/user/ann/' });
  });
});
