import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { registry } from '../metrics.js';
import { News } from '../news/news.js';
import { serviceOf } from './service.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServiceProcesses } from './service-processes.js';
import { readServiceSpec } from './service-spec.js';
import { SupervisedService } from './supervised-service.js';

let folder: string;
let supervised: SupervisedService | undefined;
let lines: string[];
let answer: number;
let server: Server;

beforeEach(async () => {
  lines = [];
  const keep = (message: unknown) => lines.push(String(message));
  Logger.overrideLogger({ log: keep, warn: keep, error: keep, fatal: keep });
  folder = await mkdtemp(join(tmpdir(), 'probes-'));
  answer = 200;
  server = createServer((_, response) => response.writeHead(answer).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(async () => {
  await supervised?.stop('the test is over');
  supervised = undefined;
  server.close();
  Logger.overrideLogger(false);
  await rm(folder, { recursive: true });
});

const FAST = { period_seconds: 0.1, timeout_seconds: 5, failure_threshold: 2 };
const NODE = [process.execPath, '-e'];

/** A service that needs SIGKILL for nothing, supervised. */
function start(record: Record<string, unknown>): SupervisedService {
  const config = { ...defaultConfig() };
  config.Elara = { ...config.Elara, log_dir: folder };
  const service = serviceOf(readServiceSpec({ name: 'probed', command: [...NODE, 'setInterval(() => {}, 1e6)'], ...record }), { id: 1, fromConfig: true, baseUrl: '/' });
  const launcher = new ServiceLauncher(config, hubUrls(config), new ServiceProcesses(config));
  supervised = new SupervisedService({ service, launcher, news: new News(), startLimit: 0, changed: () => undefined });
  supervised.start('by request');
  supervised.proceed([]);
  return supervised;
}
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 15_000, interval: 20 });
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('it is running once its readiness probe says so, by a program in its surroundings', async () => {
  const file = join(folder, 'ready');
  const command = [...NODE, "require('fs').statSync(process.env.READY_FILE)"];
  const { run } = start({ readiness: { exec: { command }, ...FAST }, environment: { READY_FILE: file } });
  expect(run.state).toBe('starting');
  await until(() => expect(supervised!.run.findings?.readiness?.problem).toContain('ended with status 1'));
  expect(supervised!.state).toBe('starting');
  await writeFile(file, '');
  await until(() => expect(supervised!.state).toBe('running'));
  expect(supervised!.run.findings?.readiness).toMatchObject({ healthy: true });
});

test('one that does not become ready in time is ended, and the log says why', async () => {
  answer = 503;
  start({ readiness: { http_get: { url: url() }, ...FAST }, timeout: 1 });
  await until(() => expect(lines.join('\n')).toMatch(/Service probed was ended: .*not ready within 1 s \(it answers with status 503\)/));
  expect(supervised!.state).toBe('backoff');
});

test('one that is not ready for a while is told, and left alone', async () => {
  start({ url: url(), readiness: { http_get: { path: '/health' }, ...FAST } });
  await until(() => expect(supervised!.state).toBe('running'));
  answer = 500;
  await until(() => expect(supervised!.run.findings?.readiness).toMatchObject({ healthy: false, problem: 'it answers with status 500' }));
  expect(await registry.getSingleMetricAsString('elara_service_probe_healthy')).toContain('{service="probed",probe="readiness"} 0');
  answer = 200;
  await until(() => expect(supervised!.run.findings?.readiness?.healthy).toBe(true));
  expect(supervised!.run).toMatchObject({ state: 'running', restarts: 0 });
});

test('one whose liveness probe fails is restarted', async () => {
  const { port } = server.address() as AddressInfo;
  start({ liveness: { tcp_socket: { port }, ...FAST } });
  await until(() => expect(supervised!.run.findings?.liveness?.healthy).toBe(true));
  const { pid } = supervised!.run;
  server.close();
  await until(() => expect(supervised!.run.restarts).toBe(1));
  await until(() => expect(supervised!.run).toMatchObject({ state: 'running', pid: expect.not.toBeOneOf([pid, 0]) as number }));
  expect(supervised!.run.lastEnding?.error?.message).toMatch(/liveness probe failed 2 times in a row \(.*ECONNREFUSED/);
  expect(lines.join('\n')).toMatch(/Service probed was ended: .*liveness probe/);
});

test('what was found is gone when it stops', async () => {
  start({ liveness: { http_get: { url: url() }, ...FAST } });
  await until(() => expect(supervised!.run.findings?.liveness?.healthy).toBe(true));
  await supervised!.stop('by request');
  expect(supervised!.run.findings).toEqual({});
  expect(await registry.getSingleMetricAsString('elara_service_probe_healthy')).not.toContain('probed');
});
