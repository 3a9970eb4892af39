import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, identify, isAlive, type ProcessIdentity, spawnChild } from '#process';
import { defaultConfig } from '../config/schema.js';
import { ServiceProcesses } from './service-processes.js';

const API_URL = 'http://127.0.0.1:1/hub/api';
let folder: string;
let file: string;
let left: Child;
let processes: ServiceProcesses;

beforeEach(async () => {
  Logger.overrideLogger(false);
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
  file = join(folder, 'services', 'running.json');
  const config = defaultConfig();
  processes = new ServiceProcesses({ ...config, Elara: { ...config.Elara, log_dir: folder } });
  const env = { PATH: process.env.PATH!, JUPYTERHUB_SERVICE_NAME: `s ${process.pid}`, JUPYTERHUB_API_URL: API_URL };
  left = await spawnChild({ command: ['sleep', '60'], env });
});
afterEach(async () => {
  await left.kill('SIGKILL');
  await left.exited;
  await rm(folder, { recursive: true });
});

/** The file as a hub left it that is this one, or that is gone. */
async function leave(services: Record<string, ProcessIdentity | null>, hub = { ...identify(process.pid)!, startTime: 1 }) {
  await mkdir(join(folder, 'services'));
  await writeFile(file, JSON.stringify({ hub, services }));
}

test('notes who runs, for its own eyes', async () => {
  processes.note('a', null);
  processes.note('b', left.identity);
  processes.forget('a');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ hub: identify(process.pid), services: { b: left.identity } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('ends what a killed hub left running, also of services that are no longer configured', async () => {
  await leave({ gone: left.identity });
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(false);
});

test('finds by its environment what was started just before the hub was killed', async () => {
  await leave({ [`s ${process.pid}`]: null });
  await processes.endLeftOvers('http://127.0.0.1:2/hub/api');
  expect(isAlive(left.identity)).toBe(true);
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(false);
});

test('ends what a service left in another session, and ignores SIGTERM', async () => {
  const service = `rest ${process.pid}`;
  const env = { PATH: process.env.PATH!, JUPYTERHUB_SERVICE_NAME: service, JUPYTERHUB_API_URL: API_URL };
  const stubborn = await spawnChild({ command: ['sh', '-c', "trap '' TERM INT; sleep 60 & wait; sleep 60"], env });
  await processes.endRest(service, API_URL);
  expect(isAlive(stubborn.identity)).toBe(false);
  expect(isAlive(left.identity)).toBe(true);
});

test('another process that has the pid by now is left alone', async () => {
  await leave({ s: { ...left.identity, startTime: left.identity.startTime - 1 } });
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(true);
});

test('services of a hub that lives are left alone', async () => {
  const other = await spawnChild({ command: ['sleep', '60'], env: { PATH: process.env.PATH! } });
  await leave({ s: left.identity }, other.identity);
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(true);
  await other.kill('SIGKILL');
});

test.each(['', '{', '[]', '{"services":3}'])('a damaged file (%j) stops nobody', async (text) => {
  await mkdir(join(folder, 'services'));
  await writeFile(file, text);
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(true);
});

test('a folder that cannot be written stops nobody', async () => {
  await writeFile(join(folder, 'services'), '');
  processes.note('s', left.identity);
  await processes.endLeftOvers(API_URL);
  expect(isAlive(left.identity)).toBe(true);
});
