import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePort, identify, isAlive, tailLog } from '#process';
import { defaultConfig, type HubConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { registry } from '../metrics.js';
import type { TokenStore } from '../identity/token-store.js';
import { Health } from '../news/health.js';
import { News } from '../news/news.js';
import { serviceOf, type Service } from './service.js';
import { ServiceHealth } from './service-health.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServiceScheduler } from './service-scheduler.js';
import type { ServiceRunsRepository } from './service-runs.repository.js';
import { ServiceProcesses } from './service-processes.js';
import { readServiceSpec } from './service-spec.js';
import type { ServicesService } from './services.service.js';
import { ServiceSupervisor } from './supervisor.js';

let folder: string;
let config: HubConfig;
let lines: string[];
const supervisors: ServiceSupervisor[] = [];
const keep = (message: unknown) => lines.push(String(message));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  config = { ...defaultConfig() };
  config.Elara = { ...config.Elara, log_dir: folder };
  lines = [];
  Logger.overrideLogger({ log: keep, warn: keep, error: keep, fatal: keep, debug: () => {} });
});
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
  Logger.overrideLogger(false);
  await rm(folder, { recursive: true });
});

const NODE = [process.execPath, '-e'];
const FOREVER = 'setInterval(() => {}, 1e6)';
const service = (record: Record<string, unknown>): Service => {
  const described = serviceOf(readServiceSpec({ name: 's', ...record }), { id: 1, fromConfig: true, baseUrl: '/' });
  return { ...described, token: 'the-token-of-s' };
};
function supervise(...services: Service[]): ServiceSupervisor {
  const catalogue = { list: () => services } as unknown as ServicesService;
  const launcher = new ServiceLauncher(config, hubUrls(config), new ServiceProcesses(config));
  const news = new News();
  // what has a schedule needs a database: see service-scheduler.spec.ts
  const scheduler = new ServiceScheduler(launcher, {} as ServiceRunsRepository, {} as TokenStore, news);
  const supervisor = new ServiceSupervisor(config, catalogue, launcher, new ServiceHealth(new Health()), scheduler, news);
  supervisors.push(supervisor);
  return supervisor;
}
const { signal } = new AbortController();
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
const logOf = (name: string) => join(folder, 'services', `${name}.log`);

test('starts a service with its environment, and puts its output in a private file', async () => {
  const one = service({ command: [...NODE, `console.log(process.env.JUPYTERHUB_API_TOKEN, process.env.HOME); ${FOREVER}`] });
  const supervisor = supervise(one);
  await supervisor.start(signal);
  await until(async () => expect(await tailLog(logOf('s'), 5)).toEqual(['the-token-of-s undefined']));
  expect(supervisor.runOf(one)).toMatchObject({ state: 'running', restarts: 0, pid: expect.any(Number) as number });
  expect((await stat(logOf('s'))).mode & 0o777).toBe(0o600);
  expect(lines).toContain('Starting managed service s');
  const { pid } = supervisor.runOf(one)!;
  await supervisor.stop();
  expect(lines).toContain('Cleaning up 1 services...');
  expect(supervisor.runOf(one)).toMatchObject({ state: 'stopped', pid: 0 });
  expect(identify(pid)).toBeUndefined();
  expect(lines.join()).not.toContain('the-token-of-s');
});

test('is running once it answers at its url', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const script = "const u = new URL(process.env.JUPYTERHUB_SERVICE_URL); require('http').createServer((q, r) => r.end()).listen(u.port, u.hostname)";
  const one = service({ command: [...NODE, script], url });
  const supervisor = supervise(one);
  await supervisor.start(signal);
  await until(() => expect(supervisor.runOf(one)?.state).toBe('running'));
});

test('one that crashes is restarted, and the log says so', async () => {
  const crash = service({ command: [...NODE, 'process.exit(3)'] });
  const supervisor = supervise(crash);
  await supervisor.start(signal);
  await until(() => expect(supervisor.runOf(crash)?.restarts).toBe(1));
  expect(lines).toContain('Service s exited with status 3');
  expect(supervisor.runOf(crash)?.lastEnding).toMatchObject({ exit: { code: 3 } });
});

test('one that cannot be started fails in the end, and takes nobody along', async () => {
  config.Elara = { ...config.Elara, service_start_limit: 1 };
  const missing = service({ name: 'missing', command: ['no-such-program'] });
  const stranger = service({ name: 'stranger', command: ['true'], user: 'no-such-account' });
  const fine = service({ command: [...NODE, FOREVER] });
  const supervisor = supervise(missing, stranger, fine);
  await supervisor.start(signal);
  await until(() => expect(supervisor.runOf(missing)?.state).toBe('failed'));
  await until(() => expect(supervisor.runOf(stranger)?.state).toBe('failed'));
  expect(supervisor.runOf(fine)?.state).toBe('running');
  expect(lines).toContain('Failed to start service missing: cannot run no-such-program: it is in no folder of PATH');
  expect(lines).toContain('Failed to start service stranger: cannot run a service as no-such-account: because this machine has no such account');
});

test('one that never answers is ended and tried again', async () => {
  const one = service({ command: [...NODE, FOREVER], url: `http://127.0.0.1:${await freePort()}`, timeout: 1 });
  const supervisor = supervise(one);
  await supervisor.start(signal);
  await until(() => expect(lines.join('\n')).toMatch(/Cannot connect to managed service s at .*within 1 s/));
  expect(['backoff', 'starting']).toContain(supervisor.runOf(one)?.state);
});

describe('by hand', () => {
  const stateOf = (supervisor: ServiceSupervisor, one: Service) => supervisor.runOf(one)?.state;
  const forever = (name = 's', more = {}) => service({ name, command: [...NODE, FOREVER], ...more });
  /** What became of a service, with why. */
  const told = (supervisor: ServiceSupervisor, one: Service) => supervisor.runOf(one)!.events.map(({ state, reason }) => `${state}: ${reason}`);

  test('a service is stopped, stays so, and is started again', async () => {
    const one = forever();
    const supervisor = supervise(one);
    await supervisor.start(signal);
    await until(() => expect(stateOf(supervisor, one)).toBe('running'));
    const { pid } = supervisor.runOf(one)!;
    supervisor.command(one, 'stop', 'by request of user ada');
    expect(stateOf(supervisor, one)).toBe('stopping');
    await until(() => expect(stateOf(supervisor, one)).toBe('stopped'));
    expect(identify(pid)).toBeUndefined();
    supervisor.command(one, 'start', 'by request of user bob');
    await until(() => expect(stateOf(supervisor, one)).toBe('running'));
    expect(told(supervisor, one)).toEqual([
      ...['starting: the hub starts', 'running: ready', 'stopping: by request of user ada', 'stopped: by request of user ada'],
      ...['starting: by request of user bob', 'running: ready'],
    ]);
    expect(lines).toContain('Service s is stopping: by request of user ada');
  });

  test('a restart gives it another process; of what was asked for last, the last counts', async () => {
    const one = forever();
    const supervisor = supervise(one);
    await supervisor.start(signal);
    await until(() => expect(stateOf(supervisor, one)).toBe('running'));
    const { pid } = supervisor.runOf(one)!;
    supervisor.command(one, 'restart', 'why not');
    await until(() => expect(stateOf(supervisor, one)).toBe('running'));
    expect(supervisor.runOf(one)!.pid).not.toBe(pid);
    expect(supervisor.runOf(one)!.restarts).toBe(0);
    for (const command of ['restart', 'start', 'stop'] as const) supervisor.command(one, command, command);
    await until(() => expect(stateOf(supervisor, one)).toBe('stopped'));
    expect(told(supervisor, one).at(-2)).toBe('stopping: restart');
  });

  test('one that has failed is started once its cause is gone', async () => {
    const one = service({ command: [join(folder, 'program')], start_limit: 1 });
    const supervisor = supervise(one);
    await supervisor.start(signal);
    await until(() => expect(stateOf(supervisor, one)).toBe('failed'));
    expect(supervisor.runOf(one)).toMatchObject({ startLimit: 1, reason: expect.stringContaining('there is no such file') as string });
    await writeFile(join(folder, 'program'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    supervisor.command(one, 'start', 'it is back');
    await until(() => expect(stateOf(supervisor, one)).toBe('running'));
  });

  test('not those that the hub does not run, nor while it stops', async () => {
    const one = forever();
    const known = service({ name: 'known' });
    const supervisor = supervise(one, known);
    await supervisor.start(signal);
    expect(() => supervisor.command(known, 'restart', '')).toThrow('Cannot restart service known: because it is not managed by the hub');
    await supervisor.stop();
    expect(() => supervisor.command(one, 'start', '')).toThrow('The hub is stopping');
  });

  test('only the last twenty events are kept', async () => {
    const one = forever();
    const supervisor = supervise(one);
    await supervisor.start(signal);
    for (let i = 0; i < 12; i += 1) {
      supervisor.command(one, 'stop', `${i}`);
      await until(() => expect(stateOf(supervisor, one)).toBe('stopped'));
      supervisor.command(one, 'start', `${i}`);
    }
    expect(told(supervisor, one)).toHaveLength(20);
  });

  test('Prometheus sees states and restarts, and nothing of services that are gone', async () => {
    const one = service({ name: 'counted', command: [...NODE, 'process.exit(3)'] });
    const supervisor = supervise(one);
    await supervisor.start(signal);
    await until(() => expect(supervisor.runOf(one)?.restarts).toBe(1));
    await until(() => expect(stateOf(supervisor, one)).toBe('backoff'));
    const seen = await registry.metrics();
    expect(seen).toContain('elara_service_state{service="counted",state="backoff"} 1\n');
    expect(seen).toContain('elara_service_state{service="counted",state="running"} 0\n');
    expect(seen).toContain('elara_service_restarts_total{service="counted"} 1\n');
    await supervisor.apply({ added: [], changed: [], removed: ['counted'] });
    expect(await registry.metrics()).not.toContain('service="counted"');
  });

  test('a new config touches only what it changes', async () => {
    const [kept, changed, idle, gone] = [forever('kept'), forever('changed'), forever('idle'), forever('gone')];
    const supervisor = supervise(kept, changed, idle, gone);
    await supervisor.start(signal);
    await until(() => expect([kept, changed, idle, gone].map((one) => stateOf(supervisor, one))).toEqual(Array(4).fill('running')));
    const pids = Object.fromEntries([kept, changed, gone].map((one) => [one.name, supervisor.runOf(one)!.pid]));
    supervisor.command(idle, 'stop', 'by hand');
    const [again, still, fresh] = [forever('changed', { environment: { A: 1 } }), forever('idle', { environment: { A: 1 } }), forever('fresh')];
    await supervisor.apply({ added: [fresh], changed: [again, still], removed: ['gone'] });
    await until(() => expect([kept, again, still, fresh].map((one) => stateOf(supervisor, one))).toEqual(['running', 'running', 'stopped', 'running']));
    expect(supervisor.runOf(kept)!.pid).toBe(pids.kept);
    expect(supervisor.runOf(again)!.pid).not.toBe(pids.changed);
    expect(supervisor.runOf(gone)).toBeUndefined();
    expect([identify(pids.changed!), identify(pids.gone!)]).toEqual([undefined, undefined]);
  });
});

describe('one after the other', () => {
  /** Answers at its url after so many milliseconds. */
  const slow = async (name: string, ms: number, more = {}) => {
    const listen = "const u = new URL(process.env.JUPYTERHUB_SERVICE_URL); require('http').createServer((q, r) => r.end()).listen(u.port, u.hostname)";
    return service({ name, command: [...NODE, `setTimeout(() => { ${listen} }, ${ms})`], url: `http://127.0.0.1:${await freePort()}`, timeout: 5, ...more });
  };
  const plain = (name: string, more: Record<string, unknown>) => service({ name, command: [...NODE, FOREVER], ...more });
  const states = (supervisor: ServiceSupervisor, all: Service[]) => all.map((one) => supervisor.runOf(one)!.state);
  const startedAt = (supervisor: ServiceSupervisor, one: Service) => supervisor.runOf(one)!.events.find(({ state }) => state === 'starting')!.time.getTime();

  test('those that come after another start when it can be used, whatever their place in the config', async () => {
    const db = await slow('db', 300);
    const [app, side, free] = [plain('app', { requires: ['db'] }), plain('side', { after: ['app'] }), plain('free', {})];
    const supervisor = supervise(side, app, free, db);
    await supervisor.start(signal);
    expect(states(supervisor, [db, app, side, free])).toEqual(['starting', 'stopped', 'stopped', 'starting']);
    expect(supervisor.runOf(app)).toMatchObject({ waitingFor: ['db'], reason: 'waits for db (starting)' });
    expect(supervisor.runOf(side)).toMatchObject({ waitingFor: ['app'] });
    await until(() => expect(states(supervisor, [db, app, side, free])).toEqual(Array(4).fill('running')));
    expect(supervisor.runOf(app)).toMatchObject({ waitingFor: [], reason: 'ready' });
    const ready = supervisor.runOf(db)!.events.find(({ state }) => state === 'running')!.time.getTime();
    expect(startedAt(supervisor, app)).toBeGreaterThanOrEqual(ready);
    expect(startedAt(supervisor, free)).toBeLessThan(ready);
  });

  test('one that fails keeps those waiting that require it, and nobody else; once it is up they follow', async () => {
    const db = service({ name: 'db', command: [join(folder, 'db')], start_limit: 1 });
    const [app, follower] = [plain('app', { requires: ['db'] }), plain('follower', { after: ['db', 'app'] })];
    const supervisor = supervise(db, app, follower);
    await supervisor.start(signal);
    await until(() => expect(states(supervisor, [db, app, follower])).toEqual(['failed', 'stopped', 'running']));
    expect(supervisor.runOf(app)).toMatchObject({ waitingFor: ['db'], reason: 'waits for db (failed)' });
    await writeFile(join(folder, 'db'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    supervisor.command(db, 'start', 'it is back');
    await until(() => expect(states(supervisor, [db, app, follower])).toEqual(['running', 'running', 'running']));
    // what runs goes on without it
    supervisor.command(db, 'stop', 'by hand');
    await until(() => expect(states(supervisor, [db, app])).toEqual(['stopped', 'running']));
    supervisor.command(app, 'restart', 'by hand');
    await until(() => expect(supervisor.runOf(app)).toMatchObject({ state: 'stopped', reason: 'waits for db (stopped)' }));
    supervisor.command(app, 'stop', 'never mind');
    supervisor.command(db, 'start', 'by hand');
    await until(() => expect(states(supervisor, [db, app])).toEqual(['running', 'stopped']));
    expect(supervisor.runOf(app)!.waitingFor).toEqual([]);
  });

  test('they stop in reverse order; a stubborn one holds nobody up but those it comes after', async () => {
    const stubborn = "process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});";
    const polite = (text: string) => `process.on('SIGINT', () => setTimeout(() => process.exit(), 300)); console.log('${text}');`;
    const db = service({ name: 'db', command: [...NODE, `${polite('up')} ${FOREVER}`] });
    const app = service({ name: 'app', command: [...NODE, `${polite('up')} ${FOREVER}`], requires: ['db'] });
    const mule = service({ name: 'mule', command: [...NODE, `${stubborn} console.log('up'); ${FOREVER}`] });
    const supervisor = supervise(db, app, mule);
    await supervisor.start(signal);
    for (const { name } of [db, app, mule]) await until(async () => expect(await tailLog(logOf(name), 1)).toEqual(['up']));
    const stopping = supervisor.stop();
    await until(() => expect(states(supervisor, [db, app, mule])).toEqual(['stopped', 'stopped', 'stopping']));
    const at = (one: Service, wanted: string) => supervisor.runOf(one)!.events.find(({ state }) => state === wanted)!.time.getTime();
    expect(at(db, 'stopping')).toBeGreaterThanOrEqual(at(app, 'stopped'));
    process.kill(-supervisor.runOf(mule)!.pid, 'SIGKILL');
    await stopping;
  });

  test('a service that is required is waited for, and without it there is no start', async () => {
    const [db, app] = [await slow('db', 200), plain('app', { requires: ['db'], required: true })];
    const supervisor = supervise(app, db);
    await supervisor.start(signal);
    expect(states(supervisor, [db, app])).toEqual(['running', 'running']);
    const missing = service({ name: 'missing', command: ['no-such-program'] });
    const waiting = plain('waiting', { requires: ['missing'], required: true });
    await expect(supervise(missing, waiting).start(signal)).rejects.toThrow('cannot start: because the service waiting is required, and it is stopped: waits for missing (backoff)');
    const broken = service({ name: 'broken', command: [...NODE, 'process.exit(3)'], url: `http://127.0.0.1:${await freePort()}`, required: true });
    await expect(supervise(broken).start(signal)).rejects.toMatchObject({ code: 'startup', message: expect.stringContaining('it is backoff: exited with status 3') as string });
  });

  test('the wait for a required service ends when the hub is told to stop', async () => {
    const stop = new AbortController();
    const started = supervise(await slow('db', 60_000, { required: true })).start(stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(started).rejects.toThrow('enough');
  });
});

test('what a service started in another session ends with it, be it stopped or crashed', async () => {
  const runaway = `sh -c 'trap "" INT TERM; echo $$; exec sleep 60'`;
  const one = service({ command: ['/bin/sh', '-c', `setsid ${runaway} & trap 'exit 0' INT; while :; do sleep 0.05; done`], environment: { PATH: process.env.PATH } });
  const supervisor = supervise(one);
  await supervisor.start(signal);
  const grandchild = async (line: number) => {
    await until(async () => expect(await tailLog(logOf('s'), 9)).toHaveLength(line));
    return identify(Number((await tailLog(logOf('s'), 1))[0]))!;
  };
  const first = await grandchild(1);
  process.kill(supervisor.runOf(one)!.pid, 'SIGKILL');
  const second = await grandchild(2);
  expect(isAlive(first)).toBe(false);
  await supervisor.stop();
  expect(isAlive(second)).toBe(false);
});

test('external services are greeted, and checked without end', async () => {
  const server = createServer((_, response) => response.end());
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
  const up = service({ name: 'up', url: `http://127.0.0.1:${port}`, timeout: 1 });
  const down = service({ name: 'down', url: `http://127.0.0.1:${await freePort()}`, timeout: 1 });
  const supervisor = supervise(up, down, service({ name: 'silent' }));
  await supervisor.start(signal);
  await until(() => expect(lines.join('\n')).toMatch(/Cannot connect to external service down at .*Is it running\?/));
  await supervisor.checkHealth();
  expect(lines.join('\n')).toMatch(/Cannot connect to external service down at .*: cannot reach/);
  expect(lines.join('\n')).not.toMatch(/Cannot connect.* up /);
  server.close();
});

test('a long log is put aside', async () => {
  config.Elara = { ...config.Elara, log_max_bytes: 21, log_keep: 1 };
  const one = service({ command: [...NODE, `console.log('x'.repeat(20)); ${FOREVER}`] });
  const supervisor = supervise(one);
  await supervisor.start(signal);
  await until(async () => expect(await tailLog(logOf('s'), 1)).toHaveLength(1));
  supervisor.rotateLogs();
  expect(await readFile(logOf('s'), 'utf8')).toBe('');
  expect(await readFile(`${logOf('s')}.1`, 'utf8')).toBe(`${'x'.repeat(20)}\n`);
});
