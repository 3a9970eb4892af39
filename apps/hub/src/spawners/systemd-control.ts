import { execa } from 'execa';
import { UnavailableError } from '../errors.js';

/** How a unit is. */
export interface UnitStatus {
  isRunning: boolean;
  /** Nothing of it runs; one that is being stopped is neither running nor gone. */
  isGone: boolean;
  /** Made by systemd-run, and no unit of the machine. */
  isTransient: boolean;
  /** systemd remembers units that have failed until they are reset. */
  hasFailed: boolean;
  /** 0 for none. */
  mainPid: number;
  /** How its program ended: the exit status, below zero the number of a signal; 0 also when systemd has forgotten it. */
  exit: number;
  /** Ended for want of memory. */
  outOfMemory: boolean;
}

const PROPERTIES = ['ActiveState', 'Transient', 'MainPID', 'Result', 'ExecMainCode', 'ExecMainStatus'] as const;

/** Short of the deadline that whoever looks at a server keeps. */
const LOOK_MS = 20_000;

/** si_code of waitid(2) for a program that exited by itself; the others are signals. */
const CLD_EXITED = '1';

/** systemd, by its commands. */
export class Systemd {
  /** @param path where its commands are looked for */
  constructor(private readonly path = process.env.PATH ?? '') {}

  /** Makes a unit, and waits until its program runs. @throws UnavailableError with what systemd says */
  async run(args: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#call('systemd-run', args, { cancelSignal: signal });
  }

  /** How a unit is, also one that systemd does not know. @throws UnavailableError when it does not tell */
  async status(unit: string): Promise<UnitStatus> {
    const text = await this.#call('systemctl', ['show', `--property=${PROPERTIES.join(',')}`, '--', `${unit}.service`], { timeout: LOOK_MS });
    return unitStatus(text);
  }

  /** Ends all processes of a unit; systemd sends SIGTERM and later SIGKILL. @throws UnavailableError */
  async stop(unit: string, seconds: number): Promise<void> {
    try {
      await this.#call('systemctl', ['stop', '--', `${unit}.service`], { timeout: seconds * 1000 });
    } catch (error) {
      // what has ended meanwhile is not known any more
      if (!(await this.status(unit)).isGone) throw error;
    }
  }

  /** Forgets that a unit has failed. @throws UnavailableError */
  async resetFailed(unit: string): Promise<void> {
    await this.#call('systemctl', ['reset-failed', '--', `${unit}.service`], { timeout: LOOK_MS });
  }

  async #call(program: string, args: readonly string[], options: { timeout?: number; cancelSignal?: AbortSignal }): Promise<string> {
    const env = { ...process.env, PATH: this.path, LC_ALL: 'C' };
    const { exitCode, stdout, stderr, timedOut, originalMessage } = await execa(program, args, { ...options, env, reject: false, stdin: 'ignore' });
    if (exitCode === 0) return stdout;
    const because = timedOut ? 'it did not answer in time' : stderr.trim() || originalMessage || `it ended with status ${exitCode}`;
    throw new UnavailableError(`cannot run ${program} ${args[0]}: because ${because}`);
  }
}

/** Reads what `systemctl show` prints. @throws UnavailableError when it is something else */
export function unitStatus(text: string): UnitStatus {
  const said = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const state = said.get('ActiveState');
  if (state === undefined) throw new UnavailableError(`cannot see how a unit is: because systemctl says ${JSON.stringify(text.slice(0, 200))}`);
  const status = Number(said.get('ExecMainStatus') ?? 0);
  return {
    isRunning: ['active', 'reloading', 'activating', 'refreshing'].includes(state),
    isGone: ['inactive', 'failed'].includes(state),
    isTransient: said.get('Transient') === 'yes',
    hasFailed: state === 'failed',
    mainPid: Number(said.get('MainPID') ?? 0),
    exit: said.get('ExecMainCode') === CLD_EXITED ? status : 0 - status,
    outOfMemory: said.get('Result') === 'oom-kill',
  };
}
