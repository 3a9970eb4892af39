import { DEFAULT_RESTART_POLICY, ManagedProcess, type ProcessState } from '#process';
import type { News } from '../news/news.js';
import { ServiceHistory } from './service-history.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import type { ServiceLauncher } from './service-launcher.js';
import type { Standing } from './service-order.js';
import { ServiceProbes } from './service-probes.js';
import { SERVICE_STOP_STEPS } from './service-stop-steps.js';

/** The wait for an answer ends first, because its error says more than "too late". */
const READY_MARGIN_SECONDS = 5;

export interface SupervisedOptions {
  service: Service;
  launcher: ServiceLauncher;
  news: News;
  /** Restarts in a row after which it has failed; 0: never. */
  startLimit: number;
  /** Told after every change of its state. */
  changed(): void;
}

/** A service that has to come first, and how it is. */
export interface Obstacle {
  name: string;
  state: ProcessState;
}

/** One managed service: its state machine, what is asked of it, and what happened to it. */
export class SupervisedService {
  readonly #history: ServiceHistory;
  readonly #managed: ManagedProcess;
  readonly #probes: ServiceProbes;
  #isWanted = false;
  /** Why it is to be started; set from the request until nothing stands in the way. */
  #due?: string;
  #obstacles: readonly Obstacle[] = [];

  constructor(private readonly options: SupervisedOptions) {
    this.#history = new ServiceHistory(options.service, options.news);
    this.#probes = new ServiceProbes(options.service, options.launcher);
    this.#managed = this.#manage();
  }

  get service(): Service {
    return this.options.service;
  }

  get state(): ProcessState {
    return this.#managed.state;
  }

  /** Whether it is supposed to run: what was asked for last was not a stop. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  get standing(): Standing {
    const { name, after, requires } = this.service;
    return { name, state: this.state, isDue: this.#due !== undefined, after, requires };
  }

  get run(): ServiceRun {
    const { state, reason, since, restarts, child, nextStart, lastEnding } = this.#managed;
    return {
      state,
      reason: this.#obstacles.length > 0 ? waitingText(this.#obstacles) : reason,
      waitingFor: this.#obstacles.map(({ name }) => name),
      since,
      restarts,
      startLimit: this.options.startLimit,
      pid: child?.pid ?? 0,
      events: this.#history.events,
      findings: this.#probes.findings,
      ...(nextStart && { nextStart }),
      ...(lastEnding && { lastEnding }),
    };
  }

  /** Asks for a start, which is up to `proceed`; one that is just being stopped is started once it is down. */
  start(reason: string): void {
    this.#isWanted = true;
    if (this.state !== 'starting' && this.state !== 'running') this.#due = reason;
  }

  /** Stops it for good. Resolves false when its process did not die. */
  stop(reason: string): Promise<boolean> {
    this.#isWanted = false;
    this.#settle();
    return this.#managed.stop(reason);
  }

  /** Stops it and asks for a start, which a later stop takes back. Resolves as `stop` does. */
  restart(reason: string): Promise<boolean> {
    this.#isWanted = true;
    this.#due = reason;
    return this.#managed.stop(reason);
  }

  /** Starts it if it is due, unless other services have to come first. */
  proceed(obstacles: readonly Obstacle[]): void {
    if (this.#due === undefined || this.state === 'stopping') return;
    // the end of a backoff may have come first
    const isUp = this.state === 'starting' || this.state === 'running';
    if (obstacles.length > 0 && !isUp) return this.#wait(obstacles);
    const reason = this.#due;
    this.#settle();
    this.#managed.start(reason);
  }

  /** The service is no longer one: what was told of it is taken back. */
  forget(): void {
    this.#history.forget();
    this.#probes.forget();
  }

  #wait(obstacles: readonly Obstacle[]): void {
    const isNews = namesOf(obstacles) !== namesOf(this.#obstacles);
    this.#obstacles = obstacles;
    if (isNews) this.#history.enter(this.state, `waits for ${namesOf(obstacles)}`);
  }

  /** Nothing is left to be done about the last request. */
  #settle(): void {
    this.#due = undefined;
    this.#obstacles = [];
  }

  #manage(): ManagedProcess {
    const { service, launcher, startLimit, changed } = this.options;
    const managed = new ManagedProcess({
      spawn: (signal) => launcher.launch(service, signal),
      sweep: () => launcher.endRest(service),
      ...this.#probes.options,
      policy: { ...DEFAULT_RESTART_POLICY, startLimit, startTimeoutMs: (service.timeout + READY_MARGIN_SECONDS) * 1000 },
      stopSteps: SERVICE_STOP_STEPS,
    });
    managed.on('state', (state, reason) => {
      this.#history.enter(state, reason);
      if (state === 'starting' || state === 'stopped') this.#probes.forget();
      if (state === 'starting' && managed.restarts > 0) this.#history.restarted();
      changed();
    });
    managed.on('ended', (ending, restartMs) => this.#history.ended(ending, restartMs));
    return managed;
  }
}

const namesOf = (obstacles: readonly Obstacle[]): string => obstacles.map(({ name }) => name).join(', ');

const waitingText = (obstacles: readonly Obstacle[]): string => `waits for ${obstacles.map(({ name, state }) => `${name} (${state})`).join(', ')}`;
