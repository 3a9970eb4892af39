import { EventEmitter, once } from 'node:events';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { settlesWithin } from '#process';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { InvalidInputError, messageOf, StartupError, UnavailableError } from '../errors.js';
import { News } from '../news/news.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import { ServiceHealth } from './service-health.js';
import { ServiceLauncher } from './service-launcher.js';
import { isComing, obstaclesOf, type Standing, type Standings } from './service-order.js';
import { notYet, ServiceScheduler } from './service-scheduler.js';
import { ServicesService } from './services.service.js';
import { SupervisedService } from './supervised-service.js';

/** How long one that is stopped holds up those it comes after. */
const ORDER_PATIENCE_MS = 10_000;

const log = new Logger('services');

/** What a new config means for the services that run. */
export interface ServiceChanges {
  added: readonly Service[];
  /** As they are now described. */
  changed: readonly Service[];
  /** Names. */
  removed: readonly string[];
}

export type ServiceCommand = 'start' | 'stop' | 'restart';

/** Keeps the managed services running, each by a state machine of its own. None of them can take the hub down. */
@Injectable()
export class ServiceSupervisor {
  readonly #supervised = new Map<string, SupervisedService>();
  readonly #over = new AbortController();
  readonly #changes = new EventEmitter<{ change: [] }>();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly services: ServicesService,
    private readonly launcher: ServiceLauncher,
    private readonly health: ServiceHealth,
    private readonly scheduler: ServiceScheduler,
    private readonly news: News,
  ) {}

  /**
   * Starts all services, once the hub listens. Resolves when those that are `required` run; all others may take their time.
   * @throws StartupError when a required one cannot run, or the reason of `signal`
   */
  async start(signal: AbortSignal): Promise<void> {
    await this.launcher.endLeftOvers().catch((error: unknown) => log.error(`cannot end services of an earlier hub: ${messageOf(error)}`));
    signal.throwIfAborted();
    for (const service of this.services.list()) await this.#add(service, 'the hub starts');
    this.#proceed();
    await this.#untilRequiredRun(signal);
  }

  /**
   * Stops all of them, each by SIGINT, then SIGTERM, then SIGKILL; those that come after others before them. One that does not end
   * holds up those it comes after for a while only, and nobody else.
   */
  async stop(): Promise<void> {
    this.#over.abort(new Error('the hub is stopping'));
    const running = this.#all().filter(({ state }) => state !== 'stopped' && state !== 'failed');
    if (running.length > 0) log.log(`Cleaning up ${running.length} services...`);
    const stops = new Map<SupervisedService, Promise<void>>();
    const stopInTurn = (one: SupervisedService): Promise<void> => {
      const dependants = running.filter(({ standing }) => comesBefore(one.service.name, standing));
      const stop = stops.get(one) ?? this.#stopAfter(dependants.map(stopInTurn), one);
      stops.set(one, stop);
      return stop;
    };
    await Promise.all([...running.map(stopInTurn), this.scheduler.stop('the hub stops')]);
  }

  /**
   * Starts one service, also one that has failed or was stopped by hand; or stops it until somebody starts it or the hub itself
   * starts anew; or both, one after the other. Returns at once; the state tells how it goes.
   * @param reason who wants it, in words
   * @throws InvalidInputError for a service that the hub does not run; UnavailableError while the hub starts or stops
   */
  command(service: Service, command: ServiceCommand, reason: string): void {
    this.#requireOpen();
    const refuse = (why: string) => new InvalidInputError(`Cannot ${command} service ${service.name}: because ${why}`);
    const scheduled = this.scheduler.find(service.name);
    const supervised = this.#supervised.get(service.name);
    if (scheduled && command !== 'stop') throw refuse('it has a schedule: it can be run, and its run be stopped');
    if (!scheduled && !supervised) throw service.kind === 'managed' ? notYet(service) : refuse('it is not managed by the hub');
    if (scheduled) this.#endLater(scheduled, scheduled.stop(reason));
    else if (command === 'start') supervised!.start(reason);
    else this.#endLater(supervised!, supervised![command](reason));
    this.#proceed();
  }

  /**
   * Runs a service now, whatever its schedule says; returns at once.
   * @throws InvalidInputError for a service without a schedule; ConflictError when it runs already; UnavailableError while the hub stops
   */
  run(service: Service, reason: string): void {
    this.#requireOpen();
    this.scheduler.run(service, reason);
  }

  /**
   * Makes a new config true: what it does not mention is not touched. What was stopped by hand stays stopped.
   * Resolves when all that has to end has ended, and all else has been started.
   */
  async apply({ added, changed, removed }: ServiceChanges): Promise<void> {
    const reason = 'its config has changed';
    await Promise.all([
      ...removed.map((name) => this.#remove(name, 'it is no longer configured')),
      ...changed.map(async (service) => {
        const isWanted = this.#supervised.get(service.name)?.isWanted ?? true;
        await this.#remove(service.name, reason);
        await this.#add(service, reason, isWanted);
        this.#proceed();
      }),
    ]);
    for (const service of added) await this.#add(service, 'it is new in the config');
    this.#proceed();
  }

  /** How a managed service runs; undefined for external ones. */
  runOf(service: Service): ServiceRun | undefined {
    return (this.#supervised.get(service.name) ?? this.scheduler.find(service.name))?.run;
  }

  /** One step of the loop that keeps logs from growing without end. */
  rotateLogs(): void {
    for (const { service } of this.#supervised.values()) this.launcher.rotate(service);
    this.scheduler.rotateLogs();
  }

  /** One step of the loop that checks whether services answer; it only tells, restarts are the state machine's. */
  async checkHealth(): Promise<void> {
    const due = this.services.list().filter((service) => ['running', undefined].includes(this.runOf(service)?.state));
    await Promise.all(due.map((service) => this.health.check(service, this.#over.signal)));
  }

  async #add(service: Service, reason: string, isWanted = true): Promise<void> {
    if (this.#over.signal.aborted) return;
    const { schedule } = service;
    if (schedule) return this.scheduler.add({ ...service, schedule }).catch((error: unknown) => log.error(`cannot follow the schedule of service ${service.name}: because ${messageOf(error)}`));
    const where = service.url && ` at ${service.origin}`;
    if (service.kind === 'external') {
      log.log(`Adding external service ${service.name}${where}`);
      void this.health.greet(service, this.#over.signal);
      return;
    }
    const startLimit = service.startLimit ?? this.config.Elara.service_start_limit;
    const supervised = new SupervisedService({ service, launcher: this.launcher, news: this.news, startLimit, changed: () => this.#proceed() });
    this.#supervised.set(service.name, supervised);
    if (!isWanted) return;
    log.log(`Starting managed service ${service.name}${where}`);
    supervised.start(reason);
  }

  /** Starts what is due and has nothing in its way any more; called after every change of any of them. */
  #proceed(): void {
    if (this.#over.signal.aborted) return;
    for (const supervised of this.#all()) {
      // anew for each, because a start changes what the next one waits for
      const standings = this.#standings();
      const names = obstaclesOf(supervised.standing, standings);
      supervised.proceed(names.map((name) => ({ name, state: standings.get(name)?.state ?? 'stopped' })));
    }
    this.#changes.emit('change');
  }

  async #untilRequiredRun(signal: AbortSignal): Promise<void> {
    const required = this.#all().filter(({ service }) => service.required);
    while (required.some(({ state }) => state !== 'running')) {
      const absent = required.find(({ service: { name }, state }) => state !== 'running' && !isComing(name, this.#standings()));
      if (absent) throw new StartupError(`cannot start: because the service ${absent.service.name} is required, and it is ${absent.state}: ${absent.run.reason}`);
      await once(this.#changes, 'change', { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async #remove(name: string, reason: string): Promise<void> {
    await this.scheduler.remove(name, reason);
    const supervised = this.#supervised.get(name);
    if (!supervised) return;
    await this.#end(supervised, supervised.stop(reason));
    this.#supervised.delete(name);
    supervised.forget();
  }

  async #stopAfter(dependants: readonly Promise<void>[], supervised: SupervisedService): Promise<void> {
    await settlesWithin(Promise.all(dependants), ORDER_PATIENCE_MS);
    await this.#end(supervised, supervised.stop('the hub stops'));
  }

  #endLater(one: Ending, stopped: Promise<boolean>): void {
    this.#end(one, stopped).catch((error: unknown) => log.error(`cannot stop service ${one.service.name}: because ${messageOf(error)}`));
  }

  async #end({ service, run }: Ending, stopped: Promise<boolean>): Promise<void> {
    if (!(await stopped)) log.warn(`Process ${run.pid} of service ${service.name} never died`);
  }

  #requireOpen(): void {
    if (this.#over.signal.aborted) throw new UnavailableError('The hub is stopping');
  }

  #all = (): SupervisedService[] => [...this.#supervised.values()];

  #standings = (): Standings => new Map(this.#all().map(({ standing }) => [standing.name, standing]));
}

/** A service whose process is to end. */
type Ending = Pick<SupervisedService, 'service' | 'run'>;

const comesBefore = (name: string, { after, requires }: Standing): boolean => after.includes(name) || requires.includes(name);
