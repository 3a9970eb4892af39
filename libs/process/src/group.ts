import { readdirSync } from 'node:fs';
import { ProcessError, systemCode } from './errors.js';
import { type ProcessIdentity, isDead, onLinux, readStat } from './identity.js';

/**
 * Sends a signal to the process group that a process leads, or to the process alone when it leads none.
 * Nothing happens when all of it is gone, or when the pid belongs to another process by now.
 * @throws ProcessError `not-permitted`
 */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  const target = groupOf(identity);
  if (target === undefined) return;
  try {
    process.kill(target, signal);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return;
    throw new ProcessError('not-permitted', `cannot send ${signal} to process ${identity.pid}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Whether any process of the group still runs, its leader or one that outlived the leader. Zombies do not count. */
export function groupIsAlive(identity: ProcessIdentity): boolean {
  const target = groupOf(identity);
  if (target === undefined || !exists(target)) return false;
  return onLinux ? hasLivingMember(identity.pid) : true;
}

/** What to hand to kill(2): the group as a negative number, a single process, or undefined when the pid is another's now. */
function groupOf({ pid, startTime }: ProcessIdentity): number | undefined {
  // kill(2) gives -1 and 0 meanings far beyond one process
  if (pid <= 1) return undefined;
  const leader = onLinux ? readStat(pid) : undefined;
  if (!leader) return -pid;
  if (leader.startTime !== startTime) return undefined;
  return leader.group === pid ? -pid : pid;
}

function exists(target: number): boolean {
  try {
    return process.kill(target, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** A look through all of /proc: asked for only when kill(2) says that something is left, which may be a zombie nobody collected. */
function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    return stat !== undefined && (stat.group === group || Number(name) === group) && !isDead(stat);
  });
}
