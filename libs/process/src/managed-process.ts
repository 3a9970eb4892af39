import { EventEmitter } from 'node:events';
import { type Child, describeExit, type Exit } from './child.js';
import { ProcessError } from './errors.js';
import { type RestartPolicy, limitReached, restartDelay } from './restart-policy.js';
import { settlesWithin } from './sleep.js';
import { type StopStep, stopChild } from './stop.js';

export type ProcessState = 'stopped' | 'starting' | 'running' | 'backoff' | 'stopping' | 'failed';

/** Every change of state there is; anything else is a mistake and throws. */
const TRANSITIONS: Record<ProcessState, readonly ProcessState[]> = {
  stopped: ['starting'],
  starting: ['running', 'backoff', 'stopping', 'stopped', 'failed'],
  running: ['backoff', 'stopping', 'stopped', 'failed'],
  backoff: ['starting', 'stopped'],
  stopping: ['stopped'],
  failed: ['starting', 'stopped'],
};

/** How a run of the process came to its end. */
export interface Ending {
  /** Absent when it could not be started. */
  exit?: Exit;
  /** Why it could not be started, or why we ended it. */
  error?: Error;
  at: Date;
}

/** How a run ended, in words. */
export function describeEnding({ exit, error }: Ending): string {
  if (error) return error.message;
  return exit?.signal ? `ended by ${describeExit(exit)}` : `exited with ${describeExit(exit!)}`;
}

export interface ManagedProcessOptions {
  /** Starts the program, or takes over one that runs already. Rejects when it cannot. */
  spawn(signal: AbortSignal): Promise<Child>;
  /** Resolves when the process can be used; without it, it can as soon as it runs. `signal` aborts when the run ends. */
  ready?(child: Child, signal: AbortSignal): Promise<unknown>;
  /** Looks after the process while it is running; its rejection ends the run, as a crash would. */
  watch?(child: Child, signal: AbortSignal): Promise<unknown>;
  /** Ends what a run left behind where signals to its group do not reach; `stopped` and the next start wait for it. Must not reject. */
  sweep?(): Promise<void>;
  policy: RestartPolicy;
  /** How a run is ended, by request or because it did not become ready. */
  stopSteps: readonly StopStep[];
  /** From 0 to 1; for specs. */
  random?: () => number;
}

interface Events {
  state: [state: ProcessState, reason: string];
  /** A run ended without having been asked to; `restartMs` until the next, absent when there will be none. */
  ended: [ending: Ending, restartMs?: number];
}

/** What a crashed leader leaves in its group would hold on to its port. */
const LEFT_OVER_STEPS: readonly StopStep[] = [{ signal: 'SIGKILL', waitSeconds: 2 }];

/** Beyond the waits of the stop steps: looking for descendants, and a process that is only just being started. */
const STOP_MARGIN_MS = 10_000;

/**
 * Keeps one process running, or runs it once. What cannot be started takes the same road as what crashes: it is tried again, later each time,
 * until the start limit. `stopped` is entered only once the end of the process has been seen.
 */
export class ManagedProcess extends EventEmitter<Events> {
  /** When the state was entered. */
  since = new Date();
  /** Why it was entered, in words. */
  reason = 'not started yet';
  /** Restarts in a row. */
  attempt = 0;
  /** Restarts since `start()`. */
  restarts = 0;
  /** When it is started again; set in `backoff`. */
  nextStart?: Date;
  lastEnding?: Ending;
  child?: Child;
  #state: ProcessState = 'stopped';
  #timer?: NodeJS.Timeout;
  #run = new AbortController();
  #over: Promise<void> = Promise.resolve();
  #swept?: Promise<void>;

  constructor(private readonly options: ManagedProcessOptions) {
    super();
  }

  get state(): ProcessState {
    return this.#state;
  }

  /**
   * Starts it, at once also out of `backoff` and `failed`; does nothing when it runs.
   * @param reason who wants it, or why, in words
   * @throws ProcessError `bad-transition` while it is stopping
   */
  start(reason = 'by request'): void {
    if (this.#state === 'starting' || this.#state === 'running') return;
    this.attempt = 0;
    this.restarts = 0;
    this.#start(reason);
  }

  /**
   * Resolves true when it has stopped; false when the process did not die, and the state stays `stopping` until it does.
   * @param reason who wants it, or why, in words
   */
  async stop(reason = 'by request'): Promise<boolean> {
    if (this.#state === 'backoff' || this.#state === 'failed') this.#enter('stopped', reason);
    if (this.#state === 'starting' || this.#state === 'running') {
      this.#enter('stopping', reason);
      this.#run.abort(new Error(`stopped: ${reason}`));
    }
    const waits = this.options.stopSteps.reduce((sum, { waitSeconds }) => sum + waitSeconds * 1000, STOP_MARGIN_MS);
    return settlesWithin(this.#over, waits);
  }

  #start(reason: string) {
    const run = new AbortController();
    const { startTimeoutMs } = this.options.policy;
    const late = () => run.abort(new ProcessError('timeout', `cannot use the process: not ready within ${startTimeoutMs / 1000} s`));
    this.#enter('starting', reason, startTimeoutMs, late);
    this.#run = run;
    this.#over = this.#supervise(run);
  }

  async #supervise(run: AbortController): Promise<void> {
    this.lastEnding = await this.#runOnce(run);
    this.child = undefined;
    run.abort(new ProcessError('exited', 'the process has ended'));
    this.#swept = this.lastEnding.exit && this.options.sweep?.();
    const isAsked = this.#state === 'stopping';
    const isOver = isAsked || this.options.policy.restart === 'no';
    if (!isOver) this.#restartLater(this.lastEnding);
    await this.#swept;
    if (isAsked) this.#enter('stopped', this.reason);
    else if (isOver) this.#finish(this.lastEnding);
  }

  async #runOnce(run: AbortController): Promise<Ending> {
    try {
      if (this.#swept) await this.#swept;
      const child = (this.child = await this.options.spawn(run.signal));
      const takenDown = this.#takeDownOnAbort(child, run.signal);
      void this.#becomeReady(child, run);
      const exit = await child.exited;
      const error = run.signal.aborted ? await takenDown : void (await stopChild(child, LEFT_OVER_STEPS));
      return { exit, ...(error && { error }), at: new Date() };
    } catch (error) {
      return { error: error as Error, at: new Date() };
    }
  }

  /** Resolves, when the run was aborted and the process is down, with the reason; or with what kept us from ending it. */
  async #takeDownOnAbort(child: Child, run: AbortSignal): Promise<Error> {
    await new Promise<void>((resolve) => {
      if (run.aborted) resolve();
      run.addEventListener('abort', () => resolve(), { once: true });
    });
    return stopChild(child, this.options.stopSteps).then(
      () => run.reason as Error,
      (error: Error) => error,
    );
  }

  async #becomeReady(child: Child, run: AbortController): Promise<void> {
    try {
      await this.options.ready?.(child, run.signal);
    } catch (error) {
      return run.abort(error);
    }
    if (run.signal.aborted || this.#state !== 'starting') return;
    this.#enter('running', 'ready', this.options.policy.resetAfterMs, () => (this.attempt = 0));
    this.options.watch?.(child, run.signal).catch((error: unknown) => run.abort(error));
  }

  #finish(ending: Ending) {
    const hasSucceeded = ending.exit?.code === 0 && !ending.error;
    const isAsked = this.#state === 'stopping';
    this.#enter(hasSucceeded || isAsked ? 'stopped' : 'failed', describeEnding(ending));
    this.emit('ended', ending);
  }

  #restartLater(ending: Ending) {
    const { policy, random } = this.options;
    this.attempt += 1;
    if (limitReached(this.attempt, policy)) {
      this.#enter('failed', `${describeEnding(ending)}; restarted ${policy.startLimit} times in a row, which is the limit`);
      this.emit('ended', ending);
      return;
    }
    const delay = restartDelay(this.attempt, policy, random);
    this.#enter('backoff', describeEnding(ending), delay, () => this.#restart());
    this.emit('ended', ending, delay);
  }

  #restart() {
    this.restarts += 1;
    this.#start(`restart ${this.restarts}`);
  }

  /** The one place where the state changes. Leaving a state cancels its timer, so that none fires into the next. */
  #enter(to: ProcessState, reason: string, timeoutMs = 0, onTimeout?: () => void) {
    if (!TRANSITIONS[this.#state].includes(to)) {
      throw new ProcessError('bad-transition', `cannot go from ${this.#state} to ${to}`);
    }
    clearTimeout(this.#timer);
    this.#state = to;
    this.reason = reason;
    this.since = new Date();
    this.nextStart = to === 'backoff' ? new Date(this.since.getTime() + timeoutMs) : undefined;
    if (onTimeout) this.#timer = setTimeout(onTimeout, timeoutMs);
    this.emit('state', to, reason);
  }
}
