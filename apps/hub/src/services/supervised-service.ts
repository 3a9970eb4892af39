import { DEFAULT_RESTART_POLICY, type Exit, ManagedProcess, waitForHttp } from '#process';
import { ServiceHistory } from './service-history.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import type { ServiceLauncher } from './service-launcher.js';
import { SERVICE_STOP_STEPS } from './service-stop-steps.js';

/** The wait for an answer ends first, because its error says more than "too late". */
const READY_MARGIN_SECONDS = 5;

/** One managed service: its state machine, whether it is wanted to run, and what happened to it. */
export class SupervisedService {
  readonly #history: ServiceHistory;
  readonly #managed: ManagedProcess;
  /** What is asked for last; a stop that is under way does not change it. */
  #wanted = false;

  constructor(
    readonly service: Service,
    private readonly launcher: ServiceLauncher,
    private readonly startLimit: number,
  ) {
    this.#history = new ServiceHistory(service);
    this.#managed = this.#manage();
  }

  get state() {
    return this.#managed.state;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  get run(): ServiceRun {
    const { state, reason, since, restarts, child, nextStart, lastEnding } = this.#managed;
    return {
      state,
      reason,
      since,
      restarts,
      startLimit: this.startLimit,
      pid: child?.pid ?? 0,
      events: this.#history.events,
      ...(nextStart && { nextStart }),
      ...(lastEnding && { lastEnding }),
    };
  }

  /** Starts it; one that is just being stopped is started once it is down. Resolves when it has been started, ready or not. */
  async start(reason: string): Promise<void> {
    this.#wanted = true;
    if (this.state === 'stopping') await this.#managed.stop();
    if (this.#wanted) this.#managed.start(reason);
  }

  /** Stops it for good. Resolves false when its process did not die. */
  stop(reason: string): Promise<boolean> {
    this.#wanted = false;
    return this.#managed.stop(reason);
  }

  /** Stops it and starts it again, unless somebody stops it meanwhile. */
  async restart(reason: string): Promise<void> {
    this.#wanted = true;
    await this.#managed.stop(reason);
    if (this.#wanted) this.#managed.start(reason);
  }

  /** The service is no longer one: what was told of it is taken back. */
  forget(): void {
    this.#history.forget();
  }

  #manage(): ManagedProcess {
    const { service, startLimit } = this;
    const managed = new ManagedProcess({
      spawn: (signal) => this.launcher.launch(service, signal),
      ...(service.url && { ready: (child, signal) => waitForAnswer(service, child.exited, signal) }),
      policy: { ...DEFAULT_RESTART_POLICY, startLimit, startTimeoutMs: (service.timeout + READY_MARGIN_SECONDS) * 1000 },
      stopSteps: SERVICE_STOP_STEPS,
    });
    managed.on('state', (state, reason) => this.#history.enter(state, reason));
    managed.on('state', (state) => state === 'starting' && managed.restarts > 0 && this.#history.restarted());
    managed.on('ended', (ending, restartMs) => this.#history.ended(ending, restartMs));
    return managed;
  }
}

function waitForAnswer({ origin, prefix, timeout }: Service, exited: Promise<Exit>, signal: AbortSignal) {
  return waitForHttp(`${origin}${prefix}`, { timeoutMs: timeout * 1000, signal, unless: exited });
}
