import type { Child, Exit } from './child.js';
import { signalGroup } from './group.js';
import { type ProcessIdentity, isAlive } from './identity.js';

const POLL_MS = 1000;
const FIRST_POLL_AFTER_SIGNAL_MS = 20;

/**
 * A process that we did not start, or that outlived the program that did. Its end is noticed within a second.
 * @param send how signals reach it
 */
export function adoptChild(identity: ProcessIdentity, send: (identity: ProcessIdentity, signal: NodeJS.Signals) => void | Promise<void> = signalGroup): Child {
  const watch = new ExitWatch(identity);
  return {
    pid: identity.pid,
    identity,
    exited: watch.exited,
    kill: async (signal) => {
      await send(identity, signal);
      watch.hurry();
    },
  };
}

/** Looks at /proc, for the kernel tells the end of a process only to its parent: rarely, and often right after a signal. */
class ExitWatch {
  readonly exited: Promise<Exit>;
  #over!: (exit: Exit) => void;
  #timer?: NodeJS.Timeout;

  constructor(private readonly identity: ProcessIdentity) {
    this.exited = new Promise((resolve) => (this.#over = resolve));
    this.#look(POLL_MS);
  }

  hurry() {
    clearTimeout(this.#timer);
    this.#look(FIRST_POLL_AFTER_SIGNAL_MS);
  }

  #look(nextMs: number) {
    if (!isAlive(this.identity)) return this.#over({ code: null, signal: null });
    this.#timer = setTimeout(() => this.#look(Math.min(nextMs * 2, POLL_MS)), nextMs).unref();
  }
}
