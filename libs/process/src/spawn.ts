import { execa } from 'execa';
import { type Account, currentAccount } from './account.js';
import type { Child } from './child.js';
import { findCommand, requireDirectory } from './command.js';
import { type ControlGroup, leaveGroup } from './control-groups.js';
import { ProcessError, systemCode } from './errors.js';
import { signalGroup } from './group.js';
import { identifyStarted, type ProcessIdentity } from './identity.js';
import { openLog } from './log-file.js';

export interface SpawnOptions {
  /** Program and arguments; no shell is involved. */
  command: readonly string[];
  /** Default: where this process is. */
  cwd?: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** File that stdout and stderr are appended to; without it they are thrown away. */
  logPath?: string;
  /** Run as this account; takes root when it is not our own. */
  account?: Account;
  /** With the limits that are set there; it is removed when the process has ended. */
  group?: ControlGroup;
  /** Once aborted, nothing is started any more. A process that has started is the caller's to stop. */
  signal?: AbortSignal;
}

/**
 * Starts a program in a session of its own, writing to a file, so that it lives on when we end.
 * @throws ProcessError that names the command: `command-not-found`, `not-executable`, `no-directory`, `no-log-file`,
 *   `not-permitted` (another account, without being root), `spawn-failed`; or the reason of `signal`
 */
export async function spawnChild(options: SpawnOptions): Promise<Child> {
  const { command, env, cwd = process.cwd(), account, logPath, group, signal } = options;
  const name = command[0] ?? '';
  await requireDirectory(cwd, name);
  await findCommand(name, cwd, env.PATH);
  const prefix = account ? await accountPrefix(account, name) : [];
  const log = logPath === undefined ? undefined : await openLog(logPath);
  try {
    signal?.throwIfAborted();
    const whole = [...prefix, ...command];
    const child = await start(group ? group.enter(whole) : whole, name, { cwd, env, output: (log?.fd ?? 'ignore') as Output });
    return group ? { ...child, exited: child.exited.then((exit) => leaveGroup(group, exit)) } : child;
  } finally {
    await log?.close();
  }
}

/** Any open descriptor will do; execa's types name only the first. */
type Output = 'ignore' | 3;

interface Surroundings {
  cwd: string;
  env: Readonly<Record<string, string>>;
  output: Output;
}

async function start(command: string[], name: string, { cwd, env, output }: Surroundings): Promise<Child> {
  const subprocess = run(command, name, { cwd, env, output });
  const { pid } = subprocess;
  if (pid === undefined) throw spawnError(name, (await subprocess).cause);
  const identity = identityOf(pid, name);
  subprocess.unref();
  const exited = subprocess.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: (signal as NodeJS.Signals) ?? null }));
  return { pid, identity, exited, kill: (signal) => signalGroup(identity, signal) };
}

/** A process that cannot be told from others later could never be stopped, so it ends at once. */
function identityOf(pid: number, name: string): ProcessIdentity {
  try {
    return identifyStarted(pid);
  } catch (error) {
    process.kill(-pid, 'SIGKILL');
    throw spawnError(name, error);
  }
}

function run([file, ...args]: string[], name: string, { cwd, env, output }: Surroundings) {
  const stdio = ['ignore' as const, output, output] as const;
  try {
    return execa(file!, args, { cwd, env, extendEnv: false, detached: true, cleanup: false, reject: false, buffer: false, stdio });
  } catch (error) {
    // arguments that no program can be given, such as one with a null byte
    throw spawnError(name, error);
  }
}

function spawnError(name: string, cause: unknown): ProcessError {
  // the file was found, so what is missing is what its first line asks for
  if (systemCode(cause) === 'ENOENT') {
    return new ProcessError('not-executable', `cannot run ${name}: the interpreter that its first line names is not there`, { cause });
  }
  const because = cause instanceof Error ? cause.message : String(cause);
  return new ProcessError('spawn-failed', `cannot run ${name}: ${because}`, { cause });
}

/** Node's own `uid` option would drop the supplementary groups, so setpriv(1) switches the account. */
async function accountPrefix({ name, uid, gid }: Account, command: string): Promise<string[]> {
  const own = currentAccount();
  if (own.uid === uid) return [];
  if (own.uid !== 0) {
    throw new ProcessError('not-permitted', `cannot run ${command} as ${name}: only root can, and this process runs as ${own.name}`);
  }
  const setpriv = await findCommand('setpriv', process.cwd(), process.env.PATH);
  return [setpriv, '--reuid', String(uid), '--regid', String(gid), '--init-groups', '--'];
}
