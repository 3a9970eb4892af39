import { Logger } from '@nestjs/common';
import type { ServerState } from '../database/tables.js';
import { ConflictError, messageOf } from '../errors.js';
import { SpawnError } from '../spawners/spawn-error.js';
import { withDeadline } from '../deadline.js';
import { describeFailure, type Failure, failureFrom } from './failure.js';
import type { LifecycleStore } from './lifecycle.repository.js';

const TRANSITIONS: Record<ServerState, readonly ServerState[]> = {
  stopped: ['queued', 'spawn-pending'],
  // nothing has been done for it yet: there is nothing to clean up
  queued: ['spawn-pending', 'stopped'],
  // a second time when another hub carries on
  'spawn-pending': ['spawn-pending', 'ready', 'stop-pending'],
  ready: ['stop-pending'],
  // the one way down: stop, crash and failed start all clean up here; a second time when the hub died while it did
  'stop-pending': ['stop-pending', 'stopped'],
};

/** What a server does between states. */
export interface LifecycleSteps {
  /** Where the start has to wait for its turn; absent: it need not. */
  queue?: QueueSteps;
  /** What comes before `up` and has a time of its own; absent: nothing. */
  prepare?: { seconds: number; work(signal: AbortSignal): Promise<void> };
  /**
   * Ends when the server can be used. Once `signal` is aborted, it is waited for no more.
   * @returns how the driver finds the process again
   */
  up(signal: AbortSignal): Promise<unknown>;
  /** Cleans up whatever `up` has done; never rejects, and takes at most `downSeconds`. */
  down(): Promise<void>;
  /** Told why the start failed, before the clean-up. */
  failed?(failure: Failure): void;
  /** Told every state it is in from now on, once the row says so. */
  entered?(state: ServerState): void;
  /** Asked when `prepare` is done. */
  readonly upSeconds: number;
  readonly downSeconds: number;
}

export interface QueueSteps {
  /** Notes what a later hub has to know to go on from here; before the row says that it waits. */
  note(): Promise<void>;
  /** Resolves when its turn has come. */
  turn: Promise<void>;
  /** How long it may wait. */
  seconds: number;
}

export interface LifecycleStart {
  id: number;
  logName: string;
  state: ServerState;
  epoch: number;
  failure?: Failure | null;
}

/** The row was changed by somebody else; what we knew of the server is out of date. */
export class OutdatedError extends ConflictError {}

/** The hub is going; the server stays as it is for the next one. */
class ReleasedError extends Error {}

const log = new Logger('servers');

/** One server on its way up or down. Every state is in the database before its effects (design, section 3). */
export class ServerLifecycle {
  /** Why the last start failed. */
  failure: Failure | null;
  /** What was thrown then. */
  error: unknown;
  #state: ServerState;
  #epoch: number;
  #spawning = new AbortController();

  constructor(
    private readonly server: LifecycleStart,
    private readonly store: LifecycleStore,
    private readonly steps: LifecycleSteps,
  ) {
    this.#state = server.state;
    this.#epoch = server.epoch;
    // why a start failed outlives its clean-up, but not the next start or stop
    this.failure = server.state === 'stop-pending' ? (server.failure ?? null) : null;
  }

  get state(): ServerState {
    return this.#state;
  }

  /**
   * Brings it up. Resolves when it is ready, or stopped again: `failure` then says why.
   * @throws ConflictError when it is not stopped; OutdatedError when the row says otherwise; nothing has happened then.
   */
  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw this.#refusal('spawn-pending');
    const { queue } = this.steps;
    if (!queue) return this.#bringUp();
    await queue.note();
    await this.#enter('queued', { seconds: queue.seconds });
    await this.#startInTurn(queue);
  }

  /** Goes on where an earlier hub left off: `steps.up` has to take over what is there. */
  async resume(): Promise<void> {
    const { queue } = this.steps;
    if (this.#state === 'queued' && queue) return this.#startInTurn(queue);
    if (this.#state === 'spawn-pending') return this.#bringUp();
    if (this.#state === 'stop-pending') return this.#takeDown();
  }

  /** Ends a start; its `start()` resolves once all is cleaned up. */
  cancel(why: Error = new SpawnError('cancelled', 'Spawn cancelled', { detail: 'a stop was asked for while it started' })): void {
    this.#spawning.abort(why);
  }

  /**
   * Takes it down. Resolves when it is stopped.
   * @throws ConflictError when it is not ready; OutdatedError when the row says otherwise.
   */
  async stop(): Promise<void> {
    if (this.#state !== 'ready') throw this.#refusal('stop-pending');
    await this.#takeDown();
  }

  /** Stops working on it without touching it. */
  release(): void {
    this.#spawning.abort(new ReleasedError());
  }

  async #startInTurn({ turn, seconds }: QueueSteps): Promise<void> {
    const { signal } = this.#spawning;
    if (await this.#orFail(() => withDeadline(seconds, waitedTooLong(seconds), signal, () => turn))) await this.#bringUp();
  }

  async #bringUp(): Promise<void> {
    const { signal } = this.#spawning;
    const { prepare } = this.steps;
    await this.#enter('spawn-pending', { seconds: prepare?.seconds ?? this.steps.upSeconds });
    await this.#orFail(async () => {
      if (prepare) {
        await withDeadline(prepare.seconds, startedTooLong(prepare.seconds), signal, prepare.work);
        signal.throwIfAborted();
        await this.#enter('spawn-pending', { seconds: this.steps.upSeconds });
      }
      const { upSeconds } = this.steps;
      const memo = await withDeadline(upSeconds, startedTooLong(upSeconds), signal, (inTime) => this.steps.up(inTime));
      signal.throwIfAborted();
      await this.#enter('ready', { memo });
    });
  }

  /** Does a part of the start. @returns whether it succeeded; what failed has been cleaned up */
  async #orFail(work: () => Promise<void>): Promise<boolean> {
    const { signal } = this.#spawning;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(signal.reason instanceof ReleasedError)) await this.#fail(signal.aborted ? signal.reason : error);
      return false;
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.failure = failureFrom(error);
    this.error = error;
    log.warn(`Cannot start the server of ${this.server.logName}: ${describeFailure(this.failure)}`);
    this.steps.failed?.(this.failure);
    if (error instanceof OutdatedError) return;
    if (this.failure.code === 'internal') log.error(`Unhandled error starting ${this.server.logName}'s server: ${messageOf(error)}`, (error as Error).stack);
    await (this.#state === 'queued' ? this.#enter('stopped') : this.#takeDown());
  }

  async #takeDown(): Promise<void> {
    await this.#enter('stop-pending', { seconds: this.steps.downSeconds });
    await this.steps.down();
    await this.#enter('stopped');
  }

  /** The one place where the state changes: in the row first, and only if the row is where we left it. */
  async #enter(to: ServerState, { seconds, memo }: { seconds?: number; memo?: unknown } = {}): Promise<void> {
    if (!TRANSITIONS[this.#state].includes(to)) throw this.#refusal(to);
    const deadline = seconds === undefined ? null : new Date(Date.now() + seconds * 1000);
    const moved = await this.store.move(this.server.id, this.#epoch, { to, deadline, failure: this.failure, memo });
    if (!moved) throw new OutdatedError(`cannot move the server of ${this.server.logName} to ${to}: because another hub has changed it`);
    this.#epoch += 1;
    this.#state = to;
    this.steps.entered?.(to);
  }

  #refusal(to: ServerState): ConflictError {
    return new ConflictError(`cannot move the server of ${this.server.logName} to ${to}: because it is ${this.#state}`);
  }
}

const startedTooLong = (seconds: number) => () =>
  new SpawnError('deadline', `Your server was not ready after ${seconds} seconds`, {
    hint: 'Spawner.start_timeout and Spawner.http_timeout say how long it may take',
  });

const waitedTooLong = (seconds: number) => () =>
  new SpawnError('deadline', 'Your server could not be started in time: too many others were before it', {
    detail: `its turn had not come after ${Math.round(seconds)} seconds`,
    hint: 'Try again later; Elara.spawn_queue_timeout says how long a start may wait',
  });
