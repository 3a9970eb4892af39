import type { ProcessIdentity } from './identity.js';

/** How a process ended. Both are null for one that was not our child: only its parent is told. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The kernel ended it, or part of it, because it had used up its memory limit. */
  outOfMemory?: true;
}

/** A running process and the group it leads. */
export interface Child {
  readonly pid: number;
  readonly identity: ProcessIdentity;
  /** Never rejects. */
  readonly exited: Promise<Exit>;
  /**
   * Signals the whole process group, also what is left of it after its leader; nothing happens when it is gone.
   * A promise where somebody else has to do it for us.
   * @throws ProcessError `not-permitted`
   */
  kill(signal: NodeJS.Signals): void | Promise<void>;
}

/** `exit status 1`, `signal SIGKILL`: the end of a process in words. */
export function describeExit({ code, signal, outOfMemory }: Exit): string {
  if (outOfMemory) return `${describeExit({ code, signal })}, out of memory`;
  if (signal) return `signal ${signal}`;
  return code === null ? 'unknown status' : `status ${code}`;
}
