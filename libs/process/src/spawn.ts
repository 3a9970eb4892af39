import { closeSync } from 'node:fs';
import { type Account, currentAccount } from './account.js';
import type { Child } from './child.js';
import { findCommand, requireDirectory } from './command.js';
import { type ControlGroup, leaveGroup } from './control-groups.js';
import { ProcessError, systemCode } from './errors.js';
import { signalGroup } from './group.js';
import { identifyStarted, type ProcessIdentity } from './identity.js';
import { type Launch, launcher, type Program } from './launch.js';
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
  const found = await findCommand(name, cwd, env.PATH);
  const prefix = account ? await accountPrefix(account, name) : [];
  const launch = await launcher();
  const output = logPath === undefined ? undefined : openLog(logPath);
  try {
    signal?.throwIfAborted();
    const switched = [...prefix, ...command];
    const argv = group ? group.enter(switched) : switched;
    // a script that is named by a path sees that path
    const file = argv !== switched || prefix.length > 0 ? argv[0]! : name.includes('/') ? name : found;
    const child = await start(launch, { file, argv, cwd, env, ...(output !== undefined && { output }) }, name);
    return group ? { ...child, exited: child.exited.then((exit) => leaveGroup(group, exit)) } : child;
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

async function start(launch: Launch, program: Program, name: string): Promise<Child> {
  const { pid, exited } = await launch(program).catch((error: unknown) => {
    throw spawnError(name, error);
  });
  const identity = identityOf(pid, name);
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
