import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import { messageOf, UnavailableError } from '../../errors.js';
import { InTurn } from '../in-turn.js';

/** What scrypt (RFC 7914) is asked for. */
export interface HashJob {
  password: string;
  salt: Buffer;
  /** Of the hash. */
  bytes: number;
  N: number;
  r: number;
  p: number;
  /** Bytes of memory it may take. */
  maxmem: number;
}

const log = new Logger('login');
const MOST_THREADS = 8;
const IDLE_MS = 30_000;
const LONGEST_JOB_MS = 60_000;
const PROGRAM = new URL('./hash-worker.mjs', import.meta.url);

/**
 * Threads that hash passwords: as many as there are processors, up to eight, started when there is something to hash and ended when there
 * was nothing for a while. Not libuv's pool, which reads of the database would then have to wait for; and these threads give way to the
 * one that answers requests.
 */
export class HashThreads {
  readonly #turns = new InTurn(Math.min(MOST_THREADS, availableParallelism()));
  readonly #idle: Worker[] = [];
  #ending?: NodeJS.Timeout;

  /** @throws LimitReachedError when too many wait already; UnavailableError */
  hash(job: HashJob): Promise<Buffer> {
    return this.#turns.run(async () => {
      const thread = this.#idle.pop() ?? this.#start();
      const hash = await answerOf(thread, job);
      this.#rest(thread);
      return hash;
    });
  }

  /** Ends all threads that have nothing to do. */
  async end(): Promise<void> {
    clearTimeout(this.#ending);
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const thread = new Worker(PROGRAM);
    // what hangs on its answer is told by `answerOf`; with nothing to do, it is only not there the next time
    thread.on('error', (error) => log.error(`A thread that hashes passwords failed: ${messageOf(error)}`));
    thread.on('exit', () => this.#idle.splice(0, Infinity, ...this.#idle.filter((other) => other !== thread)));
    return thread;
  }

  #rest(thread: Worker): void {
    // a program that has nothing else to do may end
    thread.unref();
    this.#idle.push(thread);
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => void this.end(), IDLE_MS).unref();
  }
}

/** A thread that fails, or takes too long, is not used again. */
function answerOf(thread: Worker, job: HashJob): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      end();
      void thread.terminate();
      reject(new UnavailableError('cannot check a password: because hashing it failed', { cause }));
    };
    const listeners = {
      message: (hash: Uint8Array) => {
        end();
        resolve(Buffer.from(hash));
      },
      error: fail,
      exit: (code: number) => fail(new Error(`its thread ended with ${code}`)),
    };
    const timer = setTimeout(() => fail(new Error('it took too long')), LONGEST_JOB_MS);
    const end = () => {
      clearTimeout(timer);
      for (const [event, listener] of Object.entries(listeners)) thread.off(event, listener);
    };
    for (const [event, listener] of Object.entries(listeners)) thread.on(event, listener);
    thread.ref();
    thread.postMessage(job);
  });
}
