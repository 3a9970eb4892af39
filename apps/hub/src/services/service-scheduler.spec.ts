import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { identify, tailLog } from '#process';
import { defaultConfig, type HubConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { PlainReads } from '../database/reads.js';
import { toDbTime } from '../database/values.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { OAuthClients } from '../identity/oauth-clients.js';
import { TokenStore } from '../identity/token-store.js';
import { News } from '../news/news.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServiceProcesses } from './service-processes.js';
import { ServiceRunsRepository } from './service-runs.repository.js';
import { ServiceScheduler } from './service-scheduler.js';
import { serviceOf } from './service.js';
import { readServiceSpec } from './service-spec.js';
import { ServicesRepository } from './services.repository.js';

const HOUR_MS = 3_600_000;
let folder: string;
let config: HubConfig;
let db: Database;
let tokens: TokenStore;
let lines: string[];
let schedulers: ServiceScheduler[];
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scheduler-'));
  config = { ...defaultConfig() };
  config.Elara = { ...config.Elara, log_dir: folder };
  lines = [];
  const keep = (message: unknown) => lines.push(String(message));
  Logger.overrideLogger({ log: keep, warn: keep, error: keep, fatal: keep, debug: () => {} });
  db = await openDatabase(`sqlite:///${join(folder, 'hub.sqlite')}`);
  await new OAuthClients(db, new IdentityCache()).ensureApiClient();
  tokens = new TokenStore(db, new PlainReads(db), config, new IdentityCache());
  schedulers = [];
  now = Date.parse('2026-06-01T12:00:30Z');
  // children and the database run in real time; only the clock on the wall is ours
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(async () => {
  await Promise.all(schedulers.map((scheduler) => scheduler.stop('the test is over')));
  vi.useRealTimers();
  Logger.overrideLogger(false);
  await db.destroy();
  await rm(folder, { recursive: true });
});

const describeJob = async (script: string, more: Record<string, unknown> = {}) => {
  const spec = readServiceSpec({ name: 'job', command: [process.execPath, '-e', script], schedule: '0 * * * *', timezone: 'UTC', ...more });
  const row = await new ServicesRepository(db).save(spec, true);
  const service = serviceOf(spec, { id: row.id, fromConfig: true, baseUrl: '/' });
  return { ...service, schedule: service.schedule! };
};

/** What follows its schedule in a hub that has just started. */
async function start(job: Awaited<ReturnType<typeof describeJob>>) {
  const launcher = new ServiceLauncher(config, hubUrls(config), new ServiceProcesses(config));
  const scheduler = new ServiceScheduler(launcher, new ServiceRunsRepository(db), tokens, new News());
  schedulers.push(scheduler);
  await scheduler.add(job);
  return { scheduler, job, run: () => scheduler.find('job')!.run, isRunning: () => scheduler.find('job')!.isRunning };
}
type Started = Awaited<ReturnType<typeof start>>;

/** So much later; the scheduler looks at the clock then. */
const later = async ({ scheduler }: Started, ms: number) => {
  vi.setSystemTime((now += ms));
  await scheduler.step();
};
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
const idle = (started: Started) => until(() => expect(started.isRunning()).toBe(false));
const lastRun = (started: Started) => started.run().schedule!.lastRun;
const jobTokens = () => db('api_tokens').where('note', 'for one run of its schedule');

test('runs when its time comes, with a token that is gone afterwards', async () => {
  const started = await start(await describeJob('console.log(process.env.JUPYTERHUB_API_TOKEN)'));
  expect(started.run()).toMatchObject({ state: 'stopped', nextStart: new Date('2026-06-01T13:00:00Z') });
  await later(started, 59 * 60_000);
  expect(lastRun(started).number).toBe(0);
  await later(started, 31_000);
  expect(lastRun(started)).toMatchObject({ number: 1, cause: 'schedule', ended: null });
  await idle(started);
  expect(lastRun(started)).toMatchObject({ code: 0, signal: null, error: null, ended: expect.any(String) as string });
  expect(started.run()).toMatchObject({ state: 'stopped', reason: 'exited with status 0', nextStart: new Date('2026-06-01T14:00:00Z') });
  expect(started.run().events.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
    ...['starting: its time has come: 2026-06-01T13:00:00.000Z', 'running: ready', 'stopped: exited with status 0'],
  ]);
  const [token] = await tailLog(join(folder, 'services', 'job.log'), 1);
  expect(token).toMatch(/^\w{20,}$/);
  expect(await tokens.find(token!)).toBeUndefined();
  expect(lines.join()).not.toContain(token);
});

test('never runs twice at a time: what comes due meanwhile is left out', async () => {
  const started = await start(await describeJob('setInterval(() => {}, 1e6)'));
  await later(started, HOUR_MS);
  await until(() => expect(started.run().pid).toBeGreaterThan(0));
  expect(await jobTokens()).toHaveLength(1);
  await later(started, HOUR_MS);
  expect(lastRun(started).number).toBe(1);
  expect(lines).toContain('Service job was not run at 2026-06-01T14:00:00.000Z: because the run before has not ended');
  expect(() => started.scheduler.run(started.job, 'now')).toThrow('Cannot run service job: because it runs already');
  const { pid } = started.run();
  await started.scheduler.find('job')!.stop('by request of user ada');
  expect(identify(pid)).toBeUndefined();
  expect(lastRun(started)).toMatchObject({ signal: 'SIGINT', error: 'stopped: by request of user ada', ended: expect.any(String) as string });
  expect(await jobTokens()).toHaveLength(0);
});

test.each([
  ['process.exit(3)', 'failed', { code: 3, error: null }, 'exited with status 3'],
  ["process.kill(process.pid, 'SIGKILL')", 'failed', { code: null, signal: 'SIGKILL' }, 'ended by signal SIGKILL'],
  ['setInterval(() => {}, 1e6)', 'failed', { signal: 'SIGINT', error: 'not done within 1 s' }, 'not done within 1 s'],
])('a run of %s has failed, and is not repeated', async (script, state, result, reason) => {
  const started = await start(await describeJob(script, { run_timeout: 1 }));
  started.scheduler.run(started.job, 'by request');
  expect(lastRun(started)).toMatchObject({ number: 1, cause: 'request' });
  await idle(started);
  expect(lastRun(started)).toMatchObject(result);
  expect(started.run()).toMatchObject({ state, reason });
  expect(await jobTokens()).toHaveLength(0);
});

test('one that cannot be started has failed too', async () => {
  const job = { ...(await describeJob('')), command: ['no-such-program'] };
  const started = await start(job);
  started.scheduler.run(job, 'by request');
  await idle(started);
  expect(lastRun(started)).toMatchObject({ code: null, error: 'cannot run no-such-program: it is in no folder of PATH' });
});

test.each([
  ['skip', 0],
  ['run-once', 1],
] as const)('what was missed while the hub was down: %s', async (missed, runs) => {
  const job = await describeJob('', { missed });
  await (await start(job)).scheduler.stop('the hub stops');
  const started = await start(job);
  await later(started, 5 * HOUR_MS + 10 * 60_000);
  await idle(started);
  expect(lastRun(started).number).toBe(runs);
  if (runs) expect(lastRun(started).cause).toBe('missed');
  else expect(lines).toContain('Service job was not run at 2026-06-01T17:00:00.000Z: because the hub did not run then, or the machine slept');
  expect(started.run().nextStart).toEqual(new Date('2026-06-01T18:00:00Z'));
  await later(started, 1000);
  await idle(started);
  expect(lastRun(started).number).toBe(runs);
});

test('the next hub knows the last run, and finishes what a killed one left', async () => {
  const job = await describeJob('process.exit(3)');
  const first = await start(job);
  first.scheduler.run(job, 'by request');
  await idle(first);
  expect((await start(job)).run()).toMatchObject({ state: 'failed', reason: 'run 1: exited with status 3', schedule: { lastRun: { code: 3 } } });
  await tokens.mint({ owner: { kind: 'service', id: job.id }, note: 'for one run of its schedule', scopes: ['inherit'] });
  await db('elara_service_runs').update({ number: 2, started: toDbTime(new Date()), ended: null, code: null });
  const third = await start(job);
  expect(lastRun(third)).toMatchObject({ number: 2, ended: expect.any(String) as string, error: 'broken off by the end of the hub' });
  expect(await jobTokens()).toHaveLength(0);
});

test('a schedule that was changed while the hub was down has missed nothing', async () => {
  await start(await describeJob('', { missed: 'run-once' }));
  vi.setSystemTime((now += 24 * HOUR_MS));
  const started = await start(await describeJob('', { missed: 'run-once', schedule: '30 3 * * *' }));
  await later(started, 1000);
  expect(lastRun(started).number).toBe(0);
});

test('a result that cannot be written is in the log, and the schedule goes on', async () => {
  const started = await start(await describeJob('setTimeout(() => {}, 300)'));
  started.scheduler.run(started.job, 'by request');
  await until(() => expect(started.run().state).toBe('running'));
  await db.schema.renameTable('elara_service_runs', 'away');
  await idle(started);
  expect(lines.join('\n')).toMatch(/cannot write the result of service job: .*no such table/);
  // a run of which nobody would know does not begin
  await later(started, HOUR_MS);
  await idle(started);
  expect(started.run()).toMatchObject({ state: 'failed', reason: expect.stringContaining('no such table') as string });
  await db.schema.renameTable('away', 'elara_service_runs');
  await later(started, HOUR_MS);
  await idle(started);
  expect(lastRun(started)).toMatchObject({ number: 3, code: 0 });
  expect(await readFile(join(folder, 'services', 'running.json'), 'utf8')).toContain('"services":{}');
});
