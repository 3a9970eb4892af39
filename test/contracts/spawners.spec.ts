import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type HubConfig, hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { sudoSpawner } from '../../apps/hub/src/spawners/create-spawner.js';
import { SimpleLocalProcessSpawner } from '../../apps/hub/src/spawners/simple-spawner.js';
import { LocalProcessSpawner } from '../../apps/hub/src/spawners/local-process-spawner.js';
import type { SpawnError } from '../../apps/hub/src/spawners/spawn-error.js';
import { traitsOfClass } from '../../apps/hub/src/spawners/spawner-class.js';
import { SudoMediator } from '../../apps/hub/src/spawners/sudo-mediator.js';
import { Systemd } from '../../apps/hub/src/spawners/systemd-control.js';
import { EnvironmentFiles } from '../../apps/hub/src/spawners/systemd-environment.js';
import { SystemdSpawner } from '../../apps/hub/src/spawners/systemd-spawner.js';
import { unitName } from '../../apps/hub/src/spawners/systemd-unit.js';
import { openFolder } from '../support/account-server.js';
import { asAccount, makeAccount, removeAccounts, type TestAccount } from '../support/accounts.js';
import { root, until } from '../support/hub.js';
import { spawnerContract } from './spawner-contract.js';

const [HUB, ADA, PEOPLE, OTHERS] = ['elara-contract-hub', 'elara-contract-ada', 'elara-contract-people', 'elara-contract-others'];
const SUDOERS = '/etc/sudoers.d/elara-contract';
const PYTHON = '/usr/bin/python3';
const PATIENCE = { interrupt_timeout: 0.5, term_timeout: 0.5, kill_timeout: 10 };

let ada: TestAccount;

const cleanUp = () => {
  removeAccounts([HUB!, ADA!], [PEOPLE!, OTHERS!]);
  rmSync(SUDOERS, { force: true });
};
beforeAll(() => {
  Logger.overrideLogger(false);
  cleanUp();
  makeAccount(HUB!);
});
afterAll(cleanUp);

const config = (spawner_class: string, classes: object = {}): HubConfig => hubConfigSchema.parse({ JupyterHub: { spawner_class }, ...classes });

/** One person with two groups of their own, made anew for each driver. */
function person(): { user: { id: number; name: string }; account: TestAccount } {
  ada = makeAccount(ADA!, { groups: [PEOPLE!, OTHERS!], shell: '/bin/sh' });
  return { user: { id: 7, name: ada.name }, account: ada };
}

describe('LocalProcessSpawner of root', () => {
  spawnerContract(
    () => {
      const { folder, program } = openFolder();
      const whole = config('localprocess', { LocalProcessSpawner: PATIENCE });
      return {
        ...person(),
        driver: () => new LocalProcessSpawner(whole.LocalProcessSpawner),
        traits: traitsOfClass(whole),
        cmd: [PYTHON, program],
        dispose: () => rmSync(folder, { recursive: true }),
      };
    },
    { firstSignal: 'SIGINT', accounts: true, seesExit: true, byPid: true, findsAll: true },
  );
});

describe('SimpleLocalProcessSpawner', () => {
  spawnerContract(
    () => {
      const { folder, program } = openFolder();
      const whole = config('simple', { SimpleLocalProcessSpawner: { ...PATIENCE, home_dir_template: path.join(folder, '{username}') } });
      return {
        driver: () => new SimpleLocalProcessSpawner(whole.SimpleLocalProcessSpawner),
        traits: traitsOfClass(whole),
        user: { id: 1, name: 'ann' },
        cmd: [PYTHON, program],
        dispose: () => rmSync(folder, { recursive: true }),
      };
    },
    { firstSignal: 'SIGINT', accounts: false, seesExit: true, byPid: true, findsAll: true },
  );
});

describe('SudoSpawner', () => {
  spawnerContract(
    () => {
      // what Spawner.cmd says means nothing to the helper: it runs what lies beside it
      const { folder, program } = openFolder('sudospawner-singleuser');
      const helper = path.join(folder, 'elara-sudospawner');
      copyFileSync(path.join(root, 'bin', 'elara-sudospawner'), helper);
      writeFileSync(SUDOERS, `${HUB} ALL=(%${PEOPLE}) NOPASSWD: ${helper}\n`, { mode: 0o440 });
      const whole = config('sudo', { SudoSpawner: { ...PATIENCE, sudospawner_path: helper } });
      return {
        ...person(),
        driver: () => sudoSpawner(whole.SudoSpawner, new SudoMediator(whole.SudoSpawner, [...asAccount(HUB!), 'sudo'])),
        traits: traitsOfClass(whole),
        cmd: ['no-such-program'],
        hideProgram: () => {
          chmodSync(program, 0o644);
          return () => chmodSync(program, 0o755);
        },
        dispose: () => rmSync(folder, { recursive: true }),
      };
    },
    { firstSignal: 'SIGINT', accounts: true, seesExit: false, byPid: true, findsAll: false },
  );
});

const HAS_SYSTEMD = existsSync('/run/systemd/system');

const answers = (port: number) => fetch(`http://127.0.0.1:${port}/`).then(({ ok }) => ok, () => false);

/** The driver with units and files of its own, below a folder. */
function systemdSubject() {
  const { folder, program } = openFolder();
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['systemd-run', 'systemctl']) symlinkSync(path.join(root, 'test', 'fakes', 'systemd.py'), path.join(bin, name));
  const whole = config('systemd', {
    SystemdSpawner: { unit_name_template: 'elara-contract-{USERNAME}', default_shell: '/bin/sh', mem_limit: '1G', unit_extra_properties: { TimeoutStopSec: '1' } },
  });
  const systemd = HAS_SYSTEMD ? new Systemd() : new Systemd(`${bin}:${process.env.PATH}`);
  const runFolder = path.join(folder, 'run');
  return {
    ...person(),
    driver: () => new SystemdSpawner(whole.SystemdSpawner, systemd, new EnvironmentFiles(runFolder)),
    traits: traitsOfClass(whole),
    cmd: [PYTHON, program],
    runFolder,
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

describe(`SystemdSpawner on ${HAS_SYSTEMD ? 'systemd' : 'a stand-in for systemd'}`, () => {
  spawnerContract(systemdSubject, { firstSignal: 'SIGTERM', accounts: true, seesExit: true, byPid: false, findsAll: true });

  test.each<[string, { argv?: string[]; user_workingdir?: string }, string, RegExp]>([
    ['its program may not be run', { argv: ['private/server'] }, 'command-missing', /private\/server, cannot be run/],
    ['its folder may not be entered', { user_workingdir: 'private' }, 'home', /cannot be entered/],
  ])('tells at once that %s', async (_what, { argv, user_workingdir }, code, message) => {
    const { driver, traits, user, cmd, runFolder, dispose } = systemdSubject();
    onTestFinished(dispose);
    const below = (name: string) => path.join(runFolder, '..', name);
    mkdirSync(below('private'), { mode: 0o700 });
    copyFileSync(cmd[1]!, below('private/server'));
    const context = {
      ...{ user, server: '', logName: user.name, options: {}, logFile: below('logs/x.log') },
      argv: argv?.map(below) ?? cmd,
      traits: { ...traits, user_workingdir: user_workingdir ? below(user_workingdir) : null },
      environment: () => ({ PATH: '/usr/bin:/bin' }),
    };
    const failed = driver().start(context, AbortSignal.timeout(30_000)).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code, message: expect.stringMatching(message) as string, detail: expect.stringContaining('systemd-run') as string });
    expect(readdirSync(runFolder)).toEqual([]);
    expect(await driver().poll({ user: user.name, server: '', state: { unit_name: unitName(traits.unit_name_template, user, '') }, memo: null })).toBe(0);
  });

  test('gives each server a unit and a file with its variables, for as long as it is there', async () => {
    const { driver, traits, user, cmd, runFolder, dispose } = systemdSubject();
    const spawner = driver();
    const startOf = (server: string) =>
      spawner.start(
        {
          ...{ user, server, traits, logName: user.name, options: {}, argv: cmd, logFile: path.join(runFolder, '..', 'logs', `${server}.log`) },
          environment: ({ port }) => ({ PATH: '/usr/bin:/bin', JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${port}/` }),
        },
        AbortSignal.timeout(30_000),
      );
    const handleOf = (server: string) => ({ user: user.name, server, state: { unit_name: unitName(traits.unit_name_template, user, server) }, memo: null });
    const stopAll = () => Promise.all(['', 'lab'].map((server) => spawner.stop(handleOf(server))));
    onTestFinished(async () => {
      await stopAll();
      dispose();
    });
    const first = await startOf('');
    const lab = await startOf('lab');
    expect(first.state).toEqual({ unit_name: `elara-contract-${ADA}` });
    expect(lab.state).toEqual({ unit_name: expect.stringMatching(new RegExp(`^elara-contract-${ADA}@lab-[0-9a-f]{20}$`)) as string });
    const files = [first, lab].map(({ state }) => path.join(runFolder, `${String(state.unit_name)}.env`));
    expect(readdirSync(runFolder).sort()).toEqual(files.map((file) => path.basename(file)).sort());
    for (const file of files) expect(statSync(file)).toMatchObject({ uid: 0, mode: 0o100400 });

    // one that an earlier hub left gives way to the new one
    const again = await startOf('');
    expect(await spawner.poll(handleOf(''))).toBeNull();
    await until('the new one answers', () => answers(again.address.port));
    expect(await answers(first.address.port)).toBe(false);
    await stopAll();
    expect(readdirSync(runFolder)).toEqual([]);
  });
});
