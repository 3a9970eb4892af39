import { Logger } from '@nestjs/common';
import { type Child, DEFAULT_RESTART_POLICY, describeEnding, ManagedProcess, sleep } from '#process';
import type { ServiceRunRow } from '../database/tables.js';
import { fromDbTime, toDbTime } from '../database/values.js';
import { ConflictError, messageOf } from '../errors.js';
import type { TokenStore } from '../identity/token-store.js';
import type { News } from '../news/news.js';
import { describeRun, hasFailed } from './run-result.js';
import { dueRun, nextRun } from './schedule.js';
import { ServiceHistory } from './service-history.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import type { ServiceLauncher } from './service-launcher.js';
import type { ServiceRunsRepository } from './service-runs.repository.js';
import { SERVICE_STOP_STEPS } from './service-stop-steps.js';

/** By this note the token of a run that was broken off by a kill is found again, and revoked. */
const RUN_NOTE = 'for one run of its schedule';
const TOKEN_MARGIN_MS = 60_000;

const log = new Logger('services');

export interface ScheduledOptions {
  service: Service & { schedule: NonNullable<Service['schedule']> };
  launcher: ServiceLauncher;
  runs: ServiceRunsRepository;
  tokens: TokenStore;
  news: News;
}

/** One service that runs at the times of a schedule, at most once at a time. */
export class ScheduledService {
  readonly #history: ServiceHistory;
  readonly #managed: ManagedProcess;
  #row!: ServiceRunRow;
  #next!: Date;
  /** The run under way, settled once its result is written. */
  #current?: Promise<void>;
  #settled?: () => void;

  constructor(private readonly options: ScheduledOptions) {
    this.#history = new ServiceHistory(options.service, options.news);
    this.#managed = this.#manage();
  }

  get service(): Service {
    return this.options.service;
  }

  get isRunning(): boolean {
    return this.#current !== undefined;
  }

  get run(): ServiceRun {
    const { since, child, lastEnding } = this.#managed;
    const { schedule } = this.options.service;
    return {
      ...this.#state(),
      waitingFor: [],
      since,
      restarts: 0,
      startLimit: 0,
      pid: child?.pid ?? 0,
      events: this.#history.events,
      nextStart: this.#next,
      ...(lastEnding && { lastEnding }),
      schedule: { ...schedule, lastRun: this.#row },
    };
  }

  /** Reads how far the schedule was followed, and cleans up after a run that was broken off. Before all else. */
  async load(now: Date): Promise<void> {
    const { service, runs, tokens } = this.options;
    const { cron, timezone } = service.schedule;
    this.#row = await runs.load(service.id, `${cron} ${timezone}`.trim(), now);
    await tokens.revokeByNote({ kind: 'service', id: service.id }, RUN_NOTE);
    if (this.#row.started && !this.#row.ended) await this.#save({ ended: toDbTime(now), error: 'broken off by the end of the hub' });
    this.#next = nextRun(service.schedule, this.#handled);
    if (hasFailed(this.#row)) this.#history.enter('failed', describeRun(this.#row));
  }

  /** One look at the clock. */
  async step(now: Date): Promise<void> {
    if (now < this.#next) return;
    const verdict = dueRun(this.options.service.schedule, this.#handled, now);
    if (verdict.what === 'wait') return;
    this.#next = nextRun(this.options.service.schedule, verdict.due);
    const handled = { handled: toDbTime(verdict.due) };
    if (verdict.what === 'run' && !this.isRunning) return this.#begin(verdict.trigger, `its time has come: ${verdict.due.toISOString()}`, handled);
    const why = this.isRunning ? 'the run before has not ended' : 'the hub did not run then, or the machine slept';
    log.warn(`Service ${this.service.name} was not run at ${verdict.due.toISOString()}: because ${why}`);
    await this.#save(handled);
  }

  /**
   * Runs it now; returns at once.
   * @throws ConflictError when it runs already
   */
  runNow(reason: string): void {
    if (this.isRunning) throw new ConflictError(`Cannot run service ${this.service.name}: because it runs already`);
    this.#begin('request', reason);
  }

  /** Ends the run under way, if there is one; the schedule goes on. Resolves false when its process did not die. */
  async stop(reason: string): Promise<boolean> {
    const stopped = await this.#managed.stop(reason);
    await this.#current;
    return stopped;
  }

  /** The service is no longer one: what was told of it is taken back. */
  forget(): void {
    this.#history.forget();
  }

  /** Until its first run here, it is as its last run under an earlier hub left it. */
  #state(): Pick<ServiceRun, 'state' | 'reason'> {
    const { state, reason } = this.#managed;
    if (this.isRunning || this.#managed.lastEnding || this.#row.number === 0) return { state, reason };
    return { state: hasFailed(this.#row) ? 'failed' : 'stopped', reason: describeRun(this.#row) };
  }

  get #handled(): Date {
    return fromDbTime(this.#row.handled)!;
  }

  #begin(cause: NonNullable<ServiceRunRow['cause']>, reason: string, handled: Partial<ServiceRunRow> = {}): void {
    const blank = { ended: null, code: null, signal: null, error: null };
    Object.assign(this.#row, { number: this.#row.number + 1, cause, started: toDbTime(new Date()), ...blank, ...handled });
    this.#current = this.#runOnce(reason).finally(() => (this.#current = undefined));
  }

  /** Never rejects: what goes wrong is the result of the run. */
  async #runOnce(reason: string): Promise<void> {
    const over = new Promise<void>((resolve) => (this.#settled = resolve));
    this.#managed.start(reason);
    await over;
    await this.#end().catch((error: unknown) => log.error(`cannot write the result of service ${this.service.name}: ${messageOf(error)}`));
  }

  async #end(): Promise<void> {
    const { exit, error } = this.#managed.lastEnding!;
    const { id, name } = this.service;
    log.log(`Service ${name} has done run ${this.#row.number}: ${describeEnding(this.#managed.lastEnding!)}`);
    await this.options.tokens.revokeByNote({ kind: 'service', id }, RUN_NOTE);
    await this.#save({ ended: toDbTime(new Date()), code: exit?.code ?? null, signal: exit?.signal ?? null, error: error?.message ?? null });
  }

  async #save(changes: Partial<ServiceRunRow>): Promise<void> {
    Object.assign(this.#row, changes);
    await this.options.runs.save(this.#row);
  }

  #manage(): ManagedProcess {
    const managed = new ManagedProcess({
      spawn: (signal) => this.#launch(signal),
      watch: (_child, signal) => endOfPatience(this.options.service.schedule.timeoutSeconds, signal),
      sweep: () => this.options.launcher.endRest(this.service),
      policy: { ...DEFAULT_RESTART_POLICY, restart: 'no' },
      stopSteps: SERVICE_STOP_STEPS,
    });
    managed.on('state', (state, reason) => {
      this.#history.enter(state, reason);
      if (state === 'stopped' || state === 'failed') this.#settled?.();
    });
    return managed;
  }

  /** The row is written first: a run of which nobody would know afterwards does not begin. */
  async #launch(signal: AbortSignal): Promise<Child> {
    const { service, launcher, tokens } = this.options;
    await this.#save({});
    const expiresAt = new Date(Date.now() + service.schedule.timeoutSeconds * 1000 + TOKEN_MARGIN_MS);
    const { token } = await tokens.mint({ owner: { kind: 'service', id: service.id }, note: RUN_NOTE, scopes: ['inherit'], expiresAt });
    return launcher.launch({ ...service, token }, signal);
  }
}

/** Rejects when a run has taken too long. */
async function endOfPatience(seconds: number, signal: AbortSignal): Promise<never> {
  await sleep(seconds * 1000, signal);
  throw new Error(`not done within ${seconds} s`);
}
