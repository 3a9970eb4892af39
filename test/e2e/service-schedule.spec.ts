import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { LastRun, Service, ServiceRun } from '#hub-client';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { isAlive, root, TestHub, until } from '../support/hub.js';
import { endPrograms, runBin } from '../support/programs.js';

const ADMIN = 'service-schedule-admin-0123456789';
/** Asks the hub who it is, with the token of its run, and says so. */
const ASK = `fetch(process.env.JUPYTERHUB_API_URL + '/user', { headers: { Authorization: 'token ' + process.env.JUPYTERHUB_API_TOKEN } }).then(async (answer) => {
  console.log(process.env.JUPYTERHUB_API_TOKEN, (await answer.json()).name);
})`;
const node = (script: string) => [process.execPath, '-e', script];

let hub: TestHub;

const runOf = async (name: string): Promise<ServiceRun> =>
  ((await (await hub.request('GET', `/services/${name}`, { token: ADMIN })).json()) as Service).elara!;
const finished = (name: string, number = 1): Promise<LastRun> =>
  until(`run ${number} of ${name} is over`, async () => {
    // for a moment after the start there is no more than the description
    const last = ((await runOf(name)) as ServiceRun | undefined)?.schedule?.last_run;
    return last && last.number >= number && last.ended !== null ? last : undefined;
  });
const elara = (...args: string[]) => runBin('elara', ['-f', hub.configFile, 'services', ...args], { cwd: hub.dir });
const logOf = (name: string) => {
  const file = path.join(hub.dir, 'logs', 'services', `${name}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

describe('a service with a schedule', () => {
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: {
        services: [
          { name: 'watcher', api_token: ADMIN, admin: true },
          { name: 'often', command: node(ASK), schedule: '*/2 * * * * *', timezone: 'Asia/Kolkata' },
          { name: 'fails', command: ['/bin/sh', '-c', 'echo trying; exit 4'], schedule: '0 3 29 2 *' },
          { name: 'long', command: ['/bin/sh', '-c', 'sleep 60'], schedule: '0 3 29 2 *' },
          { name: 'missed', command: ['/bin/sh', '-c', 'echo made up for'], schedule: '0 3 * * *', missed: 'run-once' },
          { name: 'skipped', command: ['/bin/sh', '-c', 'echo never'], schedule: '0 3 * * *' },
        ],
      },
    }).start();
  });
  afterAll(async () => {
    endPrograms();
    await hub.dispose(ADMIN);
  });

  test('runs at its times, each time with a token of its own that ends with the run', async () => {
    await finished('often', 2);
    const told = logOf('often').split('\n').filter(Boolean).map((line) => line.split(' '));
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(([token]) => token)).size).toBe(told.length);
    for (const [, name] of told) expect(name).toBe('often');
    expect((await hub.request('GET', '/user', { token: told[0]![0]! })).status).toBe(403);
    const run = await runOf('often');
    expect(run.schedule).toMatchObject({ cron: '*/2 * * * * *', timezone: 'Asia/Kolkata', missed: 'skip' });
    expect(Date.parse(run.next_start!)).toBeGreaterThan(Date.now() - 2000);
    expect(run.schedule!.last_run!.cause).toBe('schedule');
  });

  test('runs by hand: the command waits, and ends as the run did', async () => {
    const failed = await elara('run', 'fails');
    expect([failed.status, failed.stdout]).toEqual([4, expect.stringMatching(/^fails: run 1 exited with status 4, after [\d.]+ s\n$/) as string]);
    expect(logOf('fails')).toBe('trying\n');
    const shown = await elara('status', 'fails');
    expect([shown.status, shown.stdout]).toEqual([1, expect.stringMatching(/^fails +failed .* exited with status 4; next run in /m) as string]);
    const good = await elara('run', '--json', 'missed');
    expect(good.status).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ name: 'missed', elara: { schedule: { last_run: { cause: 'request', exit: { code: 0 } } } } });
    expect((await elara('run', 'watcher')).output).toContain('because it has no schedule');
  });

  test('runs once at a time, and can be stopped', async () => {
    const begun = await hub.request('POST', '/services/long/run', { token: ADMIN });
    expect([begun.status, ((await begun.json()) as Service).elara!.schedule!.last_run]).toEqual([202, expect.objectContaining({ number: 1, ended: null })]);
    expect((await hub.request('POST', '/services/long/run', { token: ADMIN })).status).toBe(409);
    expect((await hub.request('POST', '/services/long/start', { token: ADMIN })).status).toBe(400);
    await until('it runs', async () => (await runOf('long')).state === 'running');
    expect((await elara('stop', 'long')).status).toBe(0);
    expect((await finished('long')).exit).toMatchObject({ signal: 'SIGINT', error: expect.stringContaining('stopped: by request of service elara') as string });
  });

  test('what was missed while the hub was killed is made up for, or not, as it says; a run that was broken off says so', async () => {
    expect((await hub.request('POST', '/services/long/run', { token: ADMIN })).status).toBe(202);
    const { pid } = await until('it runs', async () => {
      const found = (await (await hub.request('GET', '/services/long', { token: ADMIN })).json()) as Service;
      return found.pid ? found : undefined;
    });
    await hub.kill('SIGKILL');
    const db = await openDatabase(`sqlite:///${path.join(hub.dir, 'jupyterhub.sqlite')}`);
    await db('elara_service_runs').update({ handled: '2026-01-01 00:00:00.000000' });
    await db.destroy();
    await hub.start();
    await until('what the killed hub left is gone', () => !isAlive(pid!));
    expect(await finished('missed', 2)).toMatchObject({ number: 2, cause: 'missed', exit: { code: 0 } });
    expect(logOf('missed')).toBe('made up for\nmade up for\n');
    expect((await runOf('skipped')).schedule!.last_run).toBeNull();
    expect(logOf('skipped')).toBe('');
    expect(await finished('long', 2)).toMatchObject({ number: 2, exit: { error: 'broken off by the end of the hub' } });
    expect((await runOf('fails')).state).toBe('failed');
  });
});

test('the example runs the culler at night and keeps copies of the database', async () => {
  const example = parse(readFileSync(path.join(root, 'config', 'nightly.yaml'), 'utf8')) as Record<string, Record<string, unknown>>;
  const services = example.JupyterHub!.services as Record<string, unknown>[];
  hub = new TestHub({ JupyterHub: { ...example.JupyterHub, services: [...services, { name: 'watcher', api_token: ADMIN, admin: true }] } });
  const copies = path.join(hub.dir, 'copies');
  mkdirSync(copies);
  const backup = services.find(({ name }) => name === 'backup')!;
  backup.environment = { DATABASE: path.join(hub.dir, 'jupyterhub.sqlite'), COPIES: copies, KEEP: 2 };
  services.find(({ name }) => name === 'cull-idle')!.command = [path.join(root, 'bin', 'elara-cull-idle'), '--once', '--timeout=7200'];
  try {
    await hub.start();
    await until('the hub has its services', async () => ((await runOf('backup')) as ServiceRun | undefined)?.schedule);
    for (let i = 0; i < 3; i += 1) expect((await elara('run', 'backup')).output).toMatch(/^backup: run \d exited with status 0/);
    const kept = readdirSync(copies);
    expect(kept).toHaveLength(2);
    expect(statSync(path.join(copies, kept[0]!)).mode & 0o077).toBe(0);
    const db = await openDatabase(`sqlite:///${path.join(copies, kept[0]!)}`);
    expect(await db('services').pluck('name')).toContain('backup');
    await db.destroy();
    expect((await elara('run', 'cull-idle')).status).toBe(0);
  } finally {
    await hub.dispose(ADMIN);
  }
});
