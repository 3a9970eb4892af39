import treeKill from 'tree-kill';
import type { Child, Exit } from './child.js';
import { findCommand } from './command.js';
import { groupIsAlive } from './group.js';
import { isAlive } from './identity.js';
import { settlesWithin, sleep } from './sleep.js';

/** One try at ending a process: which signal, and how long to wait for its effect. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitSeconds: number;
}

export interface StopResult {
  /** Whether the process and its group are gone. False: it never died. */
  ended: boolean;
  /** The signal after which it ended; absent when it was gone before the first, or never died. */
  by?: NodeJS.Signals;
  exit?: Exit;
}

const TREE_KILL_MS = 5000;

/**
 * Ends a process and its group: each step sends its signal and waits; the next follows only if something is left.
 * @param signal gives up waiting (rejects with its reason); the process may live on
 * @throws ProcessError `not-permitted`
 */
export async function stopChild(child: Child, steps: readonly StopStep[], { signal }: { signal?: AbortSignal } = {}): Promise<StopResult> {
  if (await isGone(child, 0, signal)) return { ended: true, exit: await child.exited };
  for (const step of steps) {
    if (step.signal === 'SIGKILL' && isAlive(child.identity)) await killTree(child.pid);
    await child.kill(step.signal);
    if (await isGone(child, step.waitSeconds * 1000, signal)) return { ended: true, by: step.signal, exit: await child.exited };
  }
  return { ended: false };
}

/** Waits for the exit, and then for those of the group that outlive their leader, such as the child of a shell. */
async function isGone(child: Child, ms: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + ms;
  if (!(await settlesWithin(child.exited, ms, signal))) return false;
  for (let pause = 10; groupIsAlive(child.identity); pause = Math.min(pause * 2, 500)) {
    if (performance.now() >= deadline) return false;
    await sleep(pause, signal);
  }
  return true;
}

/**
 * Kills a process that is there and its descendants, also those that left its group: as long as it lives, for orphans can no longer be
 * told from others.
 */
export async function killTree(pid: number): Promise<void> {
  // tree-kill leaves the failure to start `ps` unhandled, so it may be called only where there is one
  if (!(await hasPs())) return;
  const killed = new Promise<void>((resolve) => treeKill(pid, 'SIGKILL', () => resolve()));
  await settlesWithin(killed, TREE_KILL_MS);
}

const hasPs = () =>
  findCommand('ps', process.cwd(), process.env.PATH).then(
    () => true,
    () => false,
  );
