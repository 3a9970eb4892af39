import { Injectable, Logger } from '@nestjs/common';
import { InvalidInputError, messageOf, UnavailableError } from '../errors.js';
import { TokenStore } from '../identity/token-store.js';
import { News } from '../news/news.js';
import { ScheduledService } from './scheduled-service.js';
import type { Service } from './service.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServiceRunsRepository } from './service-runs.repository.js';

const log = new Logger('services');

/** The services that run at the times of a schedule. */
@Injectable()
export class ServiceScheduler {
  readonly #scheduled = new Map<string, ScheduledService>();
  #isOver = false;

  constructor(
    private readonly launcher: ServiceLauncher,
    private readonly runs: ServiceRunsRepository,
    private readonly tokens: TokenStore,
    private readonly news: News,
  ) {}

  async add(service: Service & { schedule: NonNullable<Service['schedule']> }): Promise<void> {
    const { launcher, runs, tokens, news } = this;
    const scheduled = new ScheduledService({ service, launcher, runs, tokens, news });
    await scheduled.load(new Date());
    this.#scheduled.set(service.name, scheduled);
    log.log(`Service ${service.name} runs next at ${scheduled.run.nextStart?.toISOString()}`);
  }

  find(name: string): ScheduledService | undefined {
    return this.#scheduled.get(name);
  }

  /** Ends the run under way, if there is one. */
  async remove(name: string, reason: string): Promise<void> {
    const scheduled = this.#scheduled.get(name);
    this.#scheduled.delete(name);
    await scheduled?.stop(reason);
    scheduled?.forget();
  }

  /**
   * Runs one now, whatever its schedule says; returns at once.
   * @throws InvalidInputError for a service without a schedule; ConflictError when it runs already; UnavailableError while the hub starts
   */
  run(service: Service, reason: string): void {
    const scheduled = this.#scheduled.get(service.name);
    if (!scheduled) throw service.schedule ? notYet(service) : new InvalidInputError(`Cannot run service ${service.name}: because it has no schedule`);
    scheduled.runNow(reason);
  }

  /** One look at the clock, once a second: the clock may be set, and the machine may sleep, so no timer is trusted for longer. */
  async step(): Promise<void> {
    if (this.#isOver) return;
    const now = new Date();
    const look = (one: ScheduledService) =>
      one.step(now).catch((error: unknown) => log.error(`cannot follow the schedule of service ${one.service.name}: ${messageOf(error)}`));
    await Promise.all([...this.#scheduled.values()].map(look));
  }

  rotateLogs(): void {
    for (const { service } of this.#scheduled.values()) this.launcher.rotate(service);
  }

  /** Begins no run any more, and ends those under way. */
  async stop(reason: string): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#scheduled.values()].map((one) => one.stop(reason)));
  }
}

/** A hub that answers may not have got round to its services yet. */
export const notYet = ({ name }: Service) => new UnavailableError(`Service ${name} is not there yet: the hub is only just starting; try again in a moment`);
