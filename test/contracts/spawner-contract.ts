import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitForHttp } from '#process';
import type { SpawnContext } from '../../apps/hub/src/spawners/spawn-context.js';
import type { SpawnError } from '../../apps/hub/src/spawners/spawn-error.js';
import type { RunningServer, Spawner, SpawnHandle } from '../../apps/hub/src/spawners/spawner.js';
import type { SpawnerTraits } from '../../apps/hub/src/spawners/spawner-traits.js';
import type { Told } from '../support/account-server.js';
import type { TestAccount } from '../support/accounts.js';
import { isAlive, until } from '../support/hub.js';
import { commandLineOf } from '../support/programs.js';

/** A driver, and what it is to be tried with. */
export interface Subject {
  /** The driver of the next hub: it knows nothing that an earlier one has kept to itself. */
  driver(): Spawner;
  traits: SpawnerTraits;
  user: { id: number; name: string };
  /** Under which servers run; undefined: that of the hub. */
  account?: TestAccount;
  /** `Spawner.cmd`, the program `account-server.py`. */
  cmd: readonly string[];
  /** Takes the program away, where it is not the driver that is told of it; what is returned brings it back. */
  hideProgram?(): () => void;
  dispose(): void;
}

export interface ContractOptions {
  /** The first signal of a stop. */
  firstSignal: 'SIGINT' | 'SIGTERM';
  /** Whether servers run under people's accounts. */
  accounts: boolean;
  /** Whether the driver learns how a server has ended. */
  seesExit: boolean;
  /** Whether state and pid can be told from a later process with the same pid. */
  byPid: boolean;
  /** Whether a hub finds servers that nobody has noted. */
  findsAll: boolean;
}

const TOKEN = 'contract-token-0123456789';

/** What every driver has to do (apps/hub/src/spawners/spawner.ts). */
export function spawnerContract(prepare: () => Subject, { firstSignal, accounts, seesExit, byPid, findsAll }: ContractOptions): void {
  let subject: Subject;
  let logs: string;
  let running: SpawnHandle[] = [];
  let count = 0;

  beforeAll(() => {
    subject = prepare();
    logs = mkdtempSync(path.join(tmpdir(), 'elara-contract-logs-'));
  });
  afterEach(async () => {
    await Promise.all(running.map((handle) => subject.driver().stop(handle)));
    running = [];
  });
  afterAll(() => {
    subject?.dispose();
    if (logs) rmSync(logs, { recursive: true });
  });

  const marks = () => ({ JUPYTERHUB_API_URL: `http://hub.${logs}`, JUPYTERHUB_SERVICE_PREFIX: `/user/${count}/` });

  function contextOf(args: readonly string[], changes: Partial<SpawnContext> = {}): SpawnContext {
    const { user, cmd, traits } = subject;
    const mine = marks();
    return {
      user,
      server: '',
      logName: user.name,
      traits: { ...traits, cmd: [...cmd], args: [...args] },
      argv: [...cmd, ...args],
      environment: ({ ip, port }) => ({ PATH: process.env.PATH!, JUPYTERHUB_API_TOKEN: TOKEN, QUOTED: `it's "$HOME" \\n`, JUPYTERHUB_SERVICE_URL: `http://${ip}:${port}/`, ...mine }),
      options: {},
      logFile: path.join(logs, 'servers', `${count}.log`),
      ...changes,
    };
  }

  async function start(args: readonly string[] = [], changes: Partial<SpawnContext> = {}, driver = subject.driver()) {
    count += 1;
    const context = contextOf(args, changes);
    const { address, ...server } = await driver.start(context, AbortSignal.timeout(30_000));
    const handle = handleOf(server, context.server);
    running.push(handle);
    const ask = async () => {
      await waitForHttp(`http://${address.ip}:${address.port}/`, { timeoutMs: 20_000, intervalMs: 20, unless: server.ended() });
      return (await (await fetch(`http://${address.ip}:${address.port}/`)).json()) as Told;
    };
    return { driver, server, handle, ask, log: () => readFileSync(context.logFile, 'utf8'), logFile: context.logFile };
  }

  /** As the database gives it back. */
  const handleOf = ({ state, memo }: Pick<RunningServer, 'state' | 'memo'>, server = ''): SpawnHandle =>
    JSON.parse(JSON.stringify({ user: subject.user.name, server, state, memo })) as SpawnHandle;

  const failureOf = (starting: Promise<unknown>) => starting.then(() => expect.fail('it has started'), (error: SpawnError) => error);

  describe('a server that is started', () => {
    test('has its account, its home and exactly its environment', async () => {
      const { driver, handle, ask } = await start(['--some=$argument', 'with "quotes"']);
      const told = await ask();
      const { account } = subject;
      expect(told.args).toEqual(['--some=$argument', 'with "quotes"']);
      expect(told.env).toMatchObject({ ...marks(), JUPYTERHUB_API_TOKEN: TOKEN, QUOTED: `it's "$HOME" \\n`, USER: subject.user.name });
      expect(Object.keys(told.env).filter((name) => /^(SUDO|VITEST|npm)/.test(name))).toEqual([]);
      expect(told.session).toBe(told.pid);
      if (account) {
        const { uid, gid, groups, home, shell } = account;
        expect(told).toMatchObject({ uid: [uid, uid, uid], gid: [gid, gid, gid], cwd: home, env: { HOME: home, SHELL: shell } });
        expect(told.groups.sort((a, b) => a - b)).toEqual(groups);
      } else {
        expect(told).toMatchObject({ uid: [process.getuid!(), process.getuid!(), process.getuid!()], cwd: told.env.HOME });
      }
      expect(await driver.poll(handle)).toBeNull();
    });

    test('shows its token to nobody', async () => {
      const { ask } = await start();
      const { pid } = await ask();
      const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
      expect(pids.filter((one) => commandLineOf(one).join(' ').includes(TOKEN))).toEqual([]);
      expect(statSync(`/proc/${pid}/environ`).mode & 0o077).toBe(0);
    });

    test('writes to a file that only the hub reads', async () => {
      const { handle, ask, driver, log, logFile } = await start();
      await ask();
      await driver.stop(handle);
      expect(log()).toContain(`ended by ${firstSignal}\n`);
      expect(statSync(logFile)).toMatchObject({ uid: process.getuid!(), mode: 0o100600 });
    });
  });

  describe('a stop', () => {
    test('ends it, and again does no harm', async () => {
      const { driver, handle, server, ask } = await start();
      const { pid } = await ask();
      await driver.stop(handle);
      expect(isAlive(pid)).toBe(false);
      expect(await server.ended()).toBe(0);
      expect(await driver.poll(handle)).not.toBeNull();
      await driver.stop(handle);
    });

    test('ends also one that is deaf, with what it has started', async () => {
      const { driver, handle, ask } = await start(['--deaf']);
      const { pid, child } = await ask();
      expect(isAlive(child!)).toBe(true);
      const began = Date.now();
      await driver.stop(handle);
      expect(Date.now() - began).toBeLessThan(driver.stopSeconds * 1000 + 10_000);
      expect(isAlive(pid)).toBe(false);
      // what has left the session has been killed, and nobody waits for its end
      await until('its child has ended', () => !isAlive(child!));
      expect(await driver.poll(handle)).not.toBeNull();
    });

    test('of what never was does no harm', async () => {
      const none: SpawnHandle = { user: subject.user.name, server: '', state: {}, memo: null };
      const driver = subject.driver();
      await driver.stop(none);
      expect(await driver.poll(none)).toBe(0);
    });
  });

  describe('the next hub', () => {
    test('takes it over by what was noted', async () => {
      const { handle, ask } = await start();
      const { pid } = await ask();
      const next = subject.driver();
      const adopted = await next.adopt(handle, marks());
      expect(adopted).toMatchObject({ state: handle.state, memo: handle.memo });
      expect(await next.poll(handle)).toBeNull();
      await next.stop(handle);
      expect(isAlive(pid)).toBe(false);
      expect(await adopted!.ended()).toBe(0);
      expect(await next.adopt(handle, marks())).toBeUndefined();
      expect(await next.poll(handle)).not.toBeNull();
    });

    test('takes it over when nobody got to note anything', async () => {
      const { handle, ask } = await start();
      await ask();
      const found = await subject.driver().adopt({ ...handle, state: {}, memo: null }, marks());
      expect(found).toMatchObject({ state: handle.state, memo: handle.memo });
      expect(await subject.driver().adopt({ ...handle, state: {}, memo: null }, { ...marks(), JUPYTERHUB_SERVICE_PREFIX: '/user/nobody/' })).toBeUndefined();
    });

    test('takes it over by the state that JupyterHub notes', async () => {
      const { handle, ask } = await start();
      await ask();
      expect(await subject.driver().adopt({ ...handle, memo: null }, marks())).toMatchObject({ state: handle.state });
    });

    if (byPid) test('does not take a later process with its pid for it', async () => {
      const { handle, ask } = await start();
      await ask();
      const stale = { ...handle, memo: { ...(handle.memo as object), startTime: 1 } };
      const next = subject.driver();
      expect(await next.adopt(stale, marks())).toBeUndefined();
      expect(await next.poll(stale)).toBe(0);
      await next.stop(stale);
      expect(await next.poll(handle)).toBeNull();
    });

    if (findsAll) test('finds it without being told of it', async () => {
      const { handle, ask } = await start();
      const { env } = await ask();
      const found = await subject.driver().findAll(marks());
      expect(found).toEqual([{ user: '', server: '', apiToken: TOKEN, url: env.JUPYTERHUB_SERVICE_URL, state: handle.state, memo: handle.memo }]);
    });
  });

  describe('what goes wrong', () => {
    test('a server that ends at once', async () => {
      const { server, handle, driver, log } = await start(['--exit=3']);
      expect(await server.ended()).toBe(seesExit ? 3 : 0);
      expect(await driver.poll(handle)).toBe(seesExit ? 3 : 0);
      expect(log()).toBe('cannot go on\n');
      expect((await driver.examine(handle)).ports).toEqual([]);
    });

    test('a program that is not there', async () => {
      const restore = subject.hideProgram?.();
      const failed = await failureOf(subject.driver().start(contextOf([], { argv: ['/nowhere/server'] }), AbortSignal.timeout(30_000)));
      restore?.();
      expect(failed).toMatchObject({ code: 'command-missing', message: expect.stringMatching(/^The program of your server/), hint: expect.stringMatching(/./) });
    });

    if (accounts) test('a person without an account', async () => {
      const failed = await failureOf(subject.driver().start(contextOf([], { user: { id: 2, name: 'elara-e2e-nobody' } }), AbortSignal.timeout(30_000)));
      expect(failed).toMatchObject({ code: 'account', detail: expect.stringContaining('elara-e2e-nobody') });
    });
  });

  if (accounts) test('a home that is missing keeps nobody from working', async () => {
    rmSync(subject.account!.home, { recursive: true });
    expect((await (await start()).ask()).cwd).toBe('/home');
  });
}
