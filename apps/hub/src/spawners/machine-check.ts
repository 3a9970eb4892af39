import { access, constants } from 'node:fs/promises';
import { execa } from 'execa';
import { currentAccount, findCommand } from '#process';
import type { HubConfig } from '../config/schema.js';
import { helperPath } from './own-program.js';
import { WITHOUT_ROOT } from './placement.js';
import { sectionOf, traitsOfClass } from './spawner-class.js';

/** What a spawner asks of the machine, and this one lacks. */
export interface Shortcoming {
  message: string;
  /** Nobody's server can be started. */
  fatal: boolean;
}

/** What counts of a machine, and of the account of the hub. */
export interface Machine {
  account: string;
  isRoot: boolean;
  /** systemd has booted it (sd_booted(3)). */
  runsSystemd: boolean;
  /** 0 when there is no systemctl. */
  systemdVersion: number;
  hasSudo: boolean;
  /** Whether the helper of SudoSpawner can be run, as far as the hub can see. */
  hasHelper: boolean;
}

const OLDEST_SYSTEMD = 243;
const DOCS = '(docs/how-to/accounts.md)';

/** What keeps the spawner of the config from starting servers on this machine. */
export const shortcomings = async (config: HubConfig): Promise<Shortcoming[]> => shortcomingsOf(config, await lookAtMachine(config));

/** The same for a machine that was looked at. */
export function shortcomingsOf(config: HubConfig, machine: Machine): Shortcoming[] {
  switch (sectionOf(config.JupyterHub.spawner_class)) {
    case 'LocalProcessSpawner':
      return machine.isRoot ? [] : [{ message: ownServersOnly(machine), fatal: false }];
    case 'SimpleLocalProcessSpawner':
    // a class of the operator's own, made from none of ours
    case 'Spawner':
      return [];
    case 'SudoSpawner':
      return fatal('SudoSpawner', missingForSudo(config, machine));
    case 'SystemdSpawner':
      return fatal('SystemdSpawner', missingForSystemd(machine));
  }
}

const ownServersOnly = ({ account }: Machine): string =>
  `LocalProcessSpawner can start servers for ${account} only, because the hub runs as ${account}: for other people run it as root, ${WITHOUT_ROOT} ${DOCS}`;

const fatal = (className: string, because: string | undefined): Shortcoming[] =>
  because === undefined ? [] : [{ message: `cannot use ${className}: because ${because} ${DOCS}`, fatal: true }];

function missingForSudo(config: HubConfig, { hasSudo, hasHelper }: Machine): string | undefined {
  if (!hasSudo) return 'sudo is not on PATH';
  return hasHelper ? undefined : `there is no program ${helperPath(traitsOfClass(config))}, which SudoSpawner.sudospawner_path names`;
}

function missingForSystemd({ account, isRoot, runsSystemd, systemdVersion: version }: Machine): string | undefined {
  if (!runsSystemd) return 'this machine was not booted with systemd; use another spawner_class';
  if (version < OLDEST_SYSTEMD) return `it takes systemd ${OLDEST_SYSTEMD}, and this is ${version || 'none'}`;
  return isRoot ? undefined : `the hub runs as ${account}, and only root may make units for others`;
}

async function lookAtMachine(config: HubConfig): Promise<Machine> {
  const { name, uid } = currentAccount();
  const [runsSystemd, systemdVersion, hasSudo, hasHelper] = await Promise.all([
    isThere(access('/run/systemd/system')),
    readVersion(),
    isThere(findCommand('sudo', '/', process.env.PATH)),
    isThere(access(helperPath(traitsOfClass(config)), constants.X_OK)),
  ]);
  return { account: name, isRoot: uid === 0, runsSystemd, systemdVersion, hasSudo, hasHelper };
}

const isThere = (looking: Promise<unknown>): Promise<boolean> => looking.then(() => true, () => false);

/** The first line is `systemd 252 (252.38-1~deb12u1)`. */
async function readVersion(): Promise<number> {
  const { stdout = '' } = await execa('systemctl', ['--version'], { reject: false, timeout: 10_000, stdin: 'ignore' });
  return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0);
}
