import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerActivity } from '#hub-client';
import { TestHub, until } from '../support/hub.js';
import { MOCK } from '../support/programs.js';
import { committedTransactions } from '../support/wal.js';

const ADMIN = 'activity-test-admin-0123456789';
const SERVERS = 50;
const REPORTS = 5000;
const SECONDS = 10;

let hub: TestHub;
beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: {
      db_url: 'sqlite:///activity.sqlite',
      allow_named_servers: true,
      last_activity_interval: 1,
      services: [{ name: 'watcher', api_token: ADMIN, admin: true }],
    },
    Spawner: { cmd: MOCK },
    // as in config/production.yaml: their records would fill the log that is counted, and start it anew
    Elara: { audit_skip: ['activity.report'] },
  }).start();
  expect((await hub.request('POST', '/users/ada', { token: ADMIN })).status).toBe(201);
  for (let index = 0; index < SERVERS; index += 1) expect((await hub.request('PUT', `/users/ada/servers/s${index}`, { token: ADMIN })).status).toBe(201);
});
afterAll(() => hub.dispose(ADMIN));

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const report = async (server: string, at: Date) =>
  expect((await hub.request('POST', '/users/ada/activity', { token: ADMIN, body: { servers: { [server]: { last_activity: at.toISOString() } } } })).status).toBe(200);
const activity = async (server: string) =>
  (await (await hub.request('GET', `/users/ada/${server ? `servers/${server}` : 'server'}/activity`, { token: ADMIN })).json()) as ServerActivity;

test('5,000 reports in ten seconds cost at most twenty transactions, and none is lost', async () => {
  const wal = path.join(hub.dir, 'activity.sqlite-wal');
  await wait(1500);
  const before = committedTransactions(wal);
  const [start, latest] = [Date.now(), new Map<string, Date>()];
  for (let sent = 0; sent < REPORTS; sent += SERVERS) {
    await wait(start + (sent / REPORTS) * SECONDS * 1000 - Date.now());
    const names = Array.from({ length: SERVERS }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => {
      latest.set(name, new Date());
      return report(name, latest.get(name)!);
    }));
  }
  const seconds = (Date.now() - start) / 1000;
  await wait(1500);
  const transactions = committedTransactions(wal) - before;
  console.log(`${REPORTS} reports in ${seconds.toFixed(1)} s: ${transactions} transactions`);
  expect(transactions).toBeGreaterThan(0);
  expect(transactions / Math.max(1, seconds / SECONDS)).toBeLessThanOrEqual(20);
  for (const [name, at] of latest) expect(Date.parse((await activity(name)).sources.report.last!)).toBe(at.getTime());
});

test('a kill costs what came since the last flush at most', async () => {
  const [first, second] = [new Date('2025-01-01T08:00:00Z'), new Date('2025-01-01T09:00:00Z')];
  await hub.request('PUT', '/users/ada/servers/kept', { token: ADMIN });
  await report('kept', first);
  await wait(1500);
  await report('kept', second);
  await hub.kill('SIGKILL');
  await hub.start();
  const { sources, last_activity } = await activity('kept');
  expect([first.getTime(), second.getTime()]).toContain(Date.parse(sources.report.last!));
  expect(last_activity).toBe(sources.report.last);
  expect(Date.parse(sources.report.received!)).toBeGreaterThan(Date.now() - 60_000);
});

test('a server that is visited was seen by the proxy, and its start counts as a call', async () => {
  expect((await hub.request('POST', '/users/ada/server', { token: ADMIN })).status).toBe(201);
  const started = Date.now();
  await wait(1100);
  expect((await fetch(`${hub.base}/user/ada/`)).status).toBe(200);
  await until('the proxy has told', async () => Date.parse((await activity('')).sources.proxy.last ?? '') > started + 1000);
  const { sources, ready, stale, freshness } = await activity('');
  expect({ ready, stale }).toEqual({ ready: true, stale: false });
  expect(Date.parse(sources.api.last!)).toBeLessThanOrEqual(started);
  expect([sources.report.last, sources.report.interval, freshness.split(';')[0]]).toEqual([null, 300, 'it never reported']);
  expect((await hub.request('DELETE', '/users/ada/server', { token: ADMIN })).status).toBe(204);
});
