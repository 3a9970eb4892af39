import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { InvalidInputError, messageOf, UnavailableError } from '../errors.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import { ServiceHealth } from './service-health.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServicesService } from './services.service.js';
import { SupervisedService } from './supervised-service.js';

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

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly services: ServicesService,
    private readonly launcher: ServiceLauncher,
    private readonly health: ServiceHealth,
  ) {}

  /** Starts all services, once the hub listens. Resolves when they have been started, whether or not they are ready yet. */
  async start(): Promise<void> {
    await this.launcher.endLeftOvers().catch((error: unknown) => log.error(`cannot end services of an earlier hub: ${messageOf(error)}`));
    if (this.#over.signal.aborted) return;
    for (const service of this.services.list()) this.#add(service, 'the hub starts');
  }

  /** Stops all of them at the same time: SIGINT, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    this.#over.abort(new Error('the hub is stopping'));
    const running = [...this.#supervised.values()].filter(({ state }) => state !== 'stopped' && state !== 'failed');
    if (running.length > 0) log.log(`Cleaning up ${running.length} services...`);
    await Promise.all(running.map((supervised) => this.#stop(supervised, 'the hub stops')));
  }

  /**
   * Starts one service, also one that has failed or was stopped by hand; or stops it until somebody starts it or the hub itself
   * starts anew; or both, one after the other. Returns at once; the state tells how it goes.
   * @param reason who wants it, in words
   * @throws InvalidInputError for a service that the hub does not run; UnavailableError while the hub stops
   */
  command(service: Service, command: ServiceCommand, reason: string): void {
    const supervised = this.#supervised.get(service.name);
    if (!supervised) throw new InvalidInputError(`Cannot ${command} service ${service.name}: because it is not managed by the hub`);
    if (this.#over.signal.aborted) throw new UnavailableError(`Cannot ${command} service ${service.name}: because the hub is stopping`);
    const work = command === 'stop' ? this.#stop(supervised, reason) : supervised[command](reason);
    work.catch((error: unknown) => log.error(`cannot ${command} service ${service.name}: because ${messageOf(error)}`));
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
        const wanted = this.#supervised.get(service.name)?.wanted ?? true;
        await this.#remove(service.name, reason);
        this.#add(service, reason, wanted);
      }),
    ]);
    for (const service of added) this.#add(service, 'it is new in the config');
  }

  /** How a managed service runs; undefined for external ones. */
  runOf(service: Service): ServiceRun | undefined {
    return this.#supervised.get(service.name)?.run;
  }

  /** One step of the loop that keeps logs from growing without end. */
  rotateLogs(): void {
    for (const { service } of this.#supervised.values()) this.launcher.rotate(service);
  }

  /** One step of the loop that checks whether services answer; it only tells, restarts are the state machine's. */
  async checkHealth(): Promise<void> {
    const due = this.services.list().filter((service) => ['running', undefined].includes(this.runOf(service)?.state));
    await Promise.all(due.map((service) => this.health.check(service, this.#over.signal)));
  }

  #add(service: Service, reason: string, wanted = true): void {
    if (this.#over.signal.aborted) return;
    const where = service.url && ` at ${service.origin}`;
    if (service.kind === 'external') {
      log.log(`Adding external service ${service.name}${where}`);
      void this.health.greet(service, this.#over.signal);
      return;
    }
    const supervised = new SupervisedService(service, this.launcher, service.startLimit ?? this.config.Elara.service_start_limit);
    this.#supervised.set(service.name, supervised);
    if (!wanted) return;
    log.log(`Starting managed service ${service.name}${where}`);
    supervised.start(reason).catch((error: unknown) => log.error(`cannot start service ${service.name}: ${messageOf(error)}`));
  }

  async #remove(name: string, reason: string): Promise<void> {
    const supervised = this.#supervised.get(name);
    if (!supervised) return;
    await this.#stop(supervised, reason);
    this.#supervised.delete(name);
    supervised.forget();
  }

  async #stop(supervised: SupervisedService, reason: string): Promise<void> {
    if (await supervised.stop(reason)) return;
    log.warn(`Process ${supervised.run.pid} of service ${supervised.service.name} never died`);
  }

  #managed({ name }: Service): SupervisedService {
    const supervised = this.#supervised.get(name);
    if (!supervised) throw new InvalidInputError(`Service ${name} is not managed: the hub neither starts nor stops it`);
    return supervised;
  }
}
