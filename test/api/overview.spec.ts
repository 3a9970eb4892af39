import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../apps/hub/src/database/database.js';
import { toDbTime } from '../../apps/hub/src/database/values.js';
import { recentLags, recentSpawns, spawnFailures } from '../../apps/hub/src/metrics.js';
import { HistoryRepository } from '../../apps/hub/src/overview/history.repository.js';
import { MetricsService } from '../../apps/hub/src/metrics/metrics.service.js';
import { OverviewService } from '../../apps/hub/src/overview/overview.service.js';
import { TestApp } from '../support/app.js';

const NOON = new Date('2026-03-01T12:00:30Z').getTime();

let app: TestApp;
let db: Database;
let overview: OverviewService;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] });
  app = await TestApp.create({ Authenticator: { allowed_users: ['ada', 'bob', 'cara'] } });
  ({ db } = app.hub.foundation);
  overview = app.hub.app.get(OverviewService);
  for (const recent of [recentSpawns, spawnFailures, recentLags]) recent.take();
});
afterEach(async () => {
  await app.close();
  vi.useRealTimers();
});

const ask = async (query = '') => (await app.admin('GET', `/overview${query}`)).json as { times: number[]; series: Record<string, number[]> };
const minutesLater = (minutes: number) => vi.setSystemTime(NOON + minutes * 60_000);

test('a sample has what there was to see in its minute', async () => {
  await db('users').where('name', 'ada').update({ last_activity: toDbTime(new Date(NOON - 4 * 60_000)) });
  await db('users').where('name', 'bob').update({ last_activity: toDbTime(new Date(NOON - 50 * 60_000)) });
  for (const seconds of [1, 2, 3, 4]) recentSpawns.add(seconds);
  spawnFailures.add(9);
  for (const seconds of [0.001, 0.2504]) recentLags.add(seconds);
  await overview.take();
  const { times, series } = await ask();
  expect(times).toEqual([Math.floor(NOON / 60_000) * 60]);
  expect(series).toEqual({
    active_5m: [1],
    active_1h: [2],
    running_servers: [0],
    spawns: [4],
    spawn_failures: [1],
    spawn_p50: [2],
    spawn_p95: [4],
    queue: [expect.any(Number)],
    service_restarts: [expect.any(Number)],
    loop_lag_p99: [0.25],
    loop_lag_max: [0.25],
    memory_rss: [expect.any(Number)],
  });
  minutesLater(1);
  await overview.take();
  expect((await ask()).series).toMatchObject({ spawns: [4, 0], spawn_p50: [2, null] });
});

test('a day is kept, in memory and in the table, and a new hub has it too', async () => {
  for (const minutes of [0, 1, 60, 23 * 60, 24 * 60 + 1]) {
    minutesLater(minutes);
    await overview.take();
  }
  const { times } = await ask();
  expect(times).toHaveLength(4);
  expect(await db('elara_history').pluck('at')).toEqual(times);
  expect((await ask('?hours=2')).times).toHaveLength(2);
  const next = new OverviewService(new HistoryRepository(db), app.hub.app.get(MetricsService));
  expect((await next.last(24)).times).toEqual(times);
});

test('without its database the hub goes on seeing', async () => {
  await db.schema.dropTable('elara_history');
  await db.schema.dropTable('users');
  await expect(overview.take()).rejects.toThrow('elara_history');
  expect(await overview.last(24)).toMatchObject({ times: [expect.any(Number)], series: { active_5m: [null], memory_rss: [expect.any(Number)] } });
});

test.each(['0', '25', '-1', 'x'])('hours=%s is refused', async (hours) => {
  expect((await app.admin('GET', `/overview?hours=${hours}`)).status).toBe(400);
});

test('who was active is counted by an index', async () => {
  const plan = (await db.raw("EXPLAIN QUERY PLAN SELECT COUNT(*) FROM users WHERE last_activity >= '2026'")) as { detail: string }[];
  expect(plan.map(({ detail }) => detail).join()).toContain('elara_users_last_activity');
});
