import { constants } from 'node:os';
import type { Exit } from './child.js';

type LibraryHandle = import('koffi').LibraryHandle;

/** wait.h and signal.h of Linux. */
const [WNOHANG, WEXITED, WNOWAIT] = [1, 4, 0x01000000];
const P_ALL = 0;
const SIGINFO_BYTES = 128;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name as NodeJS.Signals]));

/** Collects the children that Node knows nothing of, as soon as they have ended. */
export class Reaper {
  readonly #waiting = new Map<number, (exit: Exit) => void>();
  readonly #waitid: (type: number, id: number, info: Buffer, options: number) => number;
  readonly #waitpid: (pid: number, status: [number], options: number) => number;
  readonly #info = Buffer.alloc(SIGINFO_BYTES);
  /** Of `si_pid` in `siginfo_t`: it is part of a union that is aligned to pointers. */
  readonly #pidOffset: number;

  /** @param pointerBytes how long a pointer is */
  constructor(libc: LibraryHandle, pointerBytes: number) {
    this.#waitid = libc.func('int waitid(int type, uint32_t id, void *info, int options)');
    this.#waitpid = libc.func('int waitpid(int pid, _Out_ int *status, int options)');
    this.#pidOffset = pointerBytes === 8 ? 16 : 12;
    process.on('SIGCHLD', () => this.#collect());
  }

  /** How a child ends. Call it in the turn of the event loop in which the child was started: its end is told only once. */
  exitOf(pid: number): Promise<Exit> {
    return new Promise((resolve) => this.#waiting.set(pid, resolve));
  }

  /** One signal may stand for the end of many. */
  #collect(): void {
    for (let pid = this.#nextEnded(); pid > 0; pid = this.#nextEnded()) {
      if (!this.#take(pid)) return this.#takeAll();
    }
  }

  /** A child that has ended, and is left as it is; 0 when there is none. */
  #nextEnded(): number {
    this.#info.fill(0);
    const failed = this.#waitid(P_ALL, 0, this.#info, WEXITED | WNOHANG | WNOWAIT) !== 0;
    return failed ? 0 : this.#info.readInt32LE(this.#pidOffset);
  }

  /** One that is Node's to collect, or nobody's, hides all those behind it. */
  #takeAll(): void {
    for (const pid of this.#waiting.keys()) this.#take(pid);
  }

  /** @returns false when it is not one of ours, or has not ended */
  #take(pid: number): boolean {
    const tell = this.#waiting.get(pid);
    const status: [number] = [0];
    if (!tell || this.#waitpid(pid, status, WNOHANG) !== pid) return false;
    this.#waiting.delete(pid);
    tell(exitFrom(status[0]));
    return true;
  }
}

/** Reads the status of waitpid(2). */
export function exitFrom(status: number): Exit {
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff, signal: null } : { code: null, signal: signalNames.get(signal) ?? null };
}
