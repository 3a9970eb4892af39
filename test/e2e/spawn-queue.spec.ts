import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { MOCK, processesWith } from '../support/programs.js';

const ADMIN = 'spawn-queue-test-admin-0123456789';
const PLACES = 3;
const MOST_WAITING = 12;
/** The mock server of a person called `slow-…` takes two and a half seconds to answer. */
const people = Array.from({ length: 9 }, (_, index) => `slow-${index}`);

interface ServerModel {
  ready: boolean;
  pending: string | null;
  elara?: { queue?: { position: number; estimated_wait_seconds: number | null }; failure?: { code: string } };
}

let hub: TestHub;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: {
      services: [{ name: 'watcher', api_token: ADMIN, admin: true }],
      concurrent_spawn_limit: PLACES,
      allow_named_servers: true,
      tornado_settings: { slow_spawn_timeout: 0.1 },
    },
    Elara: { spawn_queue_limit: MOST_WAITING },
    Spawner: { cmd: [...MOCK, '--by-name'] },
  }).start();
  for (const name of people) await hub.request('POST', `/users/${name}`, { token: ADMIN });
});
afterAll(() => hub.dispose(ADMIN));

const start = (user: string, server?: string) => hub.request('POST', `/users/${user}/server${server ? `s/${server}` : ''}`, { token: ADMIN });
const stop = (user: string, server?: string) => hub.request('DELETE', `/users/${user}/server${server ? `s/${server}` : ''}`, { token: ADMIN });

async function models(): Promise<Map<string, ServerModel>> {
  const users = (await (await hub.request('GET', '/users?include_stopped_servers', { token: ADMIN })).json()) as { name: string; servers: Record<string, ServerModel> }[];
  return new Map(users.flatMap(({ name, servers }) => Object.entries(servers).map(([server, model]) => [server ? `${name}/${server}` : name, model] as const)));
}
const positions = async () => [...(await models())].flatMap(([name, { elara }]) => (elara?.queue ? [[elara.queue.position, name] as const] : [])).sort((a, b) => a[0] - b[0]).map(([, name]) => name);
const ready = async () => [...(await models())].filter(([, model]) => model.ready).map(([name]) => name);
const atWork = () => processesWith({ JUPYTERHUB_API_URL: `http://127.0.0.1:${hub.hubPort}/hub/api` }).filter(isAlive);

test('a class that comes at once is started in turn, fairly, also by the next hub', async () => {
  for (const name of people.slice(0, 4)) expect((await start(name)).status).toBe(202);
  expect((await start('slow-0', 'second')).status).toBe(202);
  for (const name of people.slice(4)) expect((await start(name)).status).toBe(202);
  const waiting = await positions();
  // a second server waits behind everybody's first
  expect(waiting.at(-1)).toBe('slow-0/second');
  expect(waiting.slice(0, -1)).toEqual(people.filter((name) => waiting.includes(name)));
  expect((await models()).get('slow-8')).toMatchObject({ pending: 'spawn', ready: false });

  await hub.kill('SIGKILL');
  await hub.start();
  await until('the next hub knows the queue', async () => (await positions()).length > 0);
  expect((await positions()).at(-1)).toBe('slow-0/second');

  const { browser } = await logIn(hub.base, 'slow-8');
  const page = await browser.open(`${hub.base}/hub/spawn-pending/slow-8`);
  expect(page.text).toMatch(/number \d+ in line/);
  const stream = await (await hub.request('GET', '/users/slow-8/server/progress', { token: ADMIN })).text();
  expect(stream).toMatch(/"elara":\{"queue":\{"position":\d+,"estimated_wait_seconds":\d+\}\}/);
  expect(stream).toContain('"ready":true');

  await until('all run', async () => (await ready()).length === people.length + 1, 40_000);
  expect(await positions()).toEqual([]);
  for (const name of people) expect((await stop(name)).status).toBeLessThan(300);
  await stop('slow-0', 'second');
  await until('all have stopped', async () => (await ready()).length === 0);
});

test('who does not want to wait any more leaves at once; who finds the queue full is told when to come back', async () => {
  const names = [...people.map((name) => [name] as const), ...people.map((name) => [name, 'second'] as const)];
  const answers = [];
  for (const [name, server] of names) answers.push(await start(name, server));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(names.length - PLACES - MOST_WAITING);
  const seconds = Number(refused[0]!.headers.get('retry-after'));
  // thirteen starts of two and a half seconds each, three at a time
  expect(seconds).toBeGreaterThan(3);
  expect(seconds).toBeLessThan(40);

  const before = Date.now();
  expect((await stop('slow-8')).status).toBe(204);
  expect(Date.now() - before).toBeLessThan(1000);
  expect((await models()).get('slow-8')).toMatchObject({ pending: null, ready: false, elara: { failure: { code: 'cancelled' } } });

  await Promise.all(names.map(([name, server]) => stop(name, server)));
  await until('nothing is left', async () => (await positions()).length === 0 && (await ready()).length === 0 && atWork().length === 0);
  const metrics = await (await hub.request('GET', '/metrics', { token: ADMIN })).text();
  expect(metrics).toMatch(/jupyterhub_spawn_queue_length 0/);
  expect(metrics).toMatch(/jupyterhub_spawn_queue_wait_seconds_count\{outcome="left"\} \d+/);
});
