import { chmodSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '#hub-client';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { isAlive, TestHub, until } from '../support/hub.js';
import { endPrograms, MOCK, runBin } from '../support/programs.js';

const ADMIN = 'service-commands-admin-0123456789';
const PLAIN = 'service-commands-plain-0123456789';

let hub: TestHub;
let program: string;

const service = async (name: string) => (await (await hub.request('GET', `/services/${name}`, { token: ADMIN })).json()) as Service;
const inState = (name: string, state: string) =>
  until(`${name} is ${state}`, async () => {
    const found = await service(name);
    return found.elara?.state === state && found;
  });

/** `elara services …` as the hub's own account, where the hub runs. */
const elara = (args: string[], env: NodeJS.ProcessEnv = {}) => runBin('elara', ['-f', hub.configFile, 'services', ...args], { cwd: hub.dir, env });

beforeAll(async () => {
  hub = new TestHub();
  program = path.join(hub.dir, 'program');
  writeFileSync(program, '#!/bin/sh\nexec sleep 600\n');
  chmodSync(program, 0o755);
  hub.set('JupyterHub', 'services', [
    { name: 'watcher', api_token: ADMIN, admin: true },
    { name: 'plain', api_token: PLAIN },
    { name: 'steady', command: MOCK },
    // ends before it can be taken for one that runs, and is given up, so that it stays as it is
    { name: 'crashes', command: ['/bin/sh', '-c', 'exit 3'], start_limit: 1 },
    { name: 'removable', command: [program], start_limit: 1 },
  ]);
  await hub.start();
});
afterAll(async () => {
  endPrograms();
  await hub.dispose(ADMIN);
});

describe('elara services', () => {
  test('shows all of them: a table, whose exit status says whether all is well', async () => {
    await inState('steady', 'running');
    await inState('crashes', 'failed');
    const { status, stdout } = await elara(['status']);
    expect(stdout).toMatch(/^SERVICE +STATE +SINCE +PID +RESTARTS +REASON\n/);
    expect(stdout).toMatch(/^steady +running +.* ready$/m);
    expect(stdout).toMatch(/^plain +external /m);
    expect(stdout).not.toContain('\u001b[');
    expect(status).toBe(1);
    expect((await elara(['status', 'steady'])).status).toBe(0);
    const one = await elara(['status', 'crashes']);
    expect(one.stdout).toMatch(/Last events of crashes:\n.* ago +starting +the hub starts\n/);
    expect(one.status).toBe(1);
  });

  test('stops one, which stays so, and starts it again', async () => {
    const { pid } = await inState('steady', 'running');
    expect(await elara(['stop', 'steady'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^steady +stopped /m) as string });
    expect(isAlive(pid!)).toBe(false);
    const { reason } = (await service('steady')).elara!;
    expect(reason).toMatch(/^by request of service elara command line \(\w+, process \d+\)$/);
    const { status, stdout } = await elara(['start', '--json', 'steady']);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'steady', elara: { state: 'running' } });
    expect(status).toBe(0);
  });

  test('restarts one', async () => {
    const { pid } = await inState('steady', 'running');
    expect((await elara(['restart', 'steady'])).status).toBe(0);
    expect((await service('steady')).pid).not.toBe(pid);
  });

  test('tells when that does not work', async () => {
    expect(await elara(['start', 'crashes'])).toMatchObject({ status: 1, stdout: expect.stringContaining('exited with status 3') as string });
    expect(await elara(['stop', 'plain'])).toMatchObject({ status: 1, output: expect.stringContaining('is not managed by the hub') as string });
    expect(await elara(['stop', 'nobody'])).toMatchObject({ status: 1, output: expect.stringContaining('No such service: nobody') as string });
    expect((await elara(['stop'])).status).toBe(2);
  });

  test('a program that was removed is shown, and can be started once it is back', async () => {
    const { pid } = await inState('removable', 'running');
    renameSync(program, `${program}.away`);
    process.kill(pid!, 'SIGKILL');
    const gone = await inState('removable', 'failed');
    expect(gone.elara!.reason).toMatch(/cannot run .*program: there is no such file/);
    expect(gone.elara!.events.map(({ state }) => state).slice(-4)).toEqual(['running', 'backoff', 'starting', 'failed']);
    renameSync(`${program}.away`, program);
    expect(await elara(['start', 'removable'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^removable +running /m) as string });
  });

  test('uses a token of the environment, with what that one may do', async () => {
    expect((await elara(['restart', 'steady'], { ELARA_API_TOKEN: ADMIN })).status).toBe(0);
    expect((await service('steady')).elara!.reason).toBe('ready');
    expect((await service('steady')).elara!.events.at(-2)!.reason).toBe('by request of service watcher');
    const refused = await elara(['restart', 'steady'], { JUPYTERHUB_API_TOKEN: PLAIN });
    expect(refused).toMatchObject({ status: 1, output: expect.stringContaining('the token of the environment may not do that') as string });
  });

  test('leaves nothing of its own token behind', async () => {
    expect((await elara(['status', 'steady'])).status).toBe(0);
    const db = await openDatabase(`sqlite:///${path.join(hub.dir, 'jupyterhub.sqlite')}`);
    try {
      expect(await db('services').orderBy('id').pluck('name')).toEqual(['watcher', 'plain', 'steady', 'crashes', 'removable']);
      expect(await db('api_tokens').where('note', 'command line')).toEqual([]);
    } finally {
      await db.destroy();
    }
  });

  test('makes no database where there is none', async () => {
    const elsewhere = mkdtempSync(path.join(hub.dir, 'elsewhere-'));
    const { status, output } = await runBin('elara', ['-f', hub.configFile, 'services', 'status'], { cwd: elsewhere });
    expect([status, output]).toEqual([1, expect.stringMatching(/there is no database .*jupyterhub\.sqlite; run this in the hub's working directory/) as string]);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('helps', async () => {
    expect((await elara(['stop', '--help'])).stdout).toContain('ELARA_API_TOKEN');
    for (const command of ['status', 'start', 'stop', 'restart']) expect((await elara(['--help'])).stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test('without a hub it says so', async () => {
    await hub.kill();
    expect(await elara(['status'])).toMatchObject({ status: 1, output: expect.stringContaining('does the hub run?') as string });
    await hub.start();
    await inState('steady', 'running');
  });
});
