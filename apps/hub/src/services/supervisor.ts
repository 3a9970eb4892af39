import { Inject, Injectable, Logger } from '@nestjs/common';
import { DEFAULT_RESTART_POLICY, type Ending, type Exit, ManagedProcess, ProcessError, waitForHttp } from '#process';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { pythonStatus } from './exit-status.js';
import type { ServiceRun } from './service.model.js';
import type { Service } from './service.js';
import { ServiceHealth } from './service-health.js';
import { ServiceLauncher } from './service-launcher.js';
import { SERVICE_STOP_STEPS } from './service-stop-steps.js';
import { ServicesService } from './services.service.js';

const log = new Logger('services');

/** The wait for an answer ends first, because its error says more than "too late". */
const READY_MARGIN_SECONDS = 5;

/** Keeps the managed services running, each by a state machine of its own. None of them can take the hub down. */
@Injectable()
export class ServiceSupervisor {
  readonly #processes = new Map<string, ManagedProcess>();
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
    for (const service of this.services.list()) {
      const where = service.url && ` at ${service.origin}`;
      if (service.kind === 'managed') {
        log.log(`Starting managed service ${service.name}${where}`);
        this.#supervise(service).start();
      } else {
        log.log(`Adding external service ${service.name}${where}`);
        void this.health.greet(service, this.#over.signal);
      }
    }
  }

  /** Stops all of them at the same time: SIGINT, then SIGTERM, then SIGKILL. */
  async stop(): Promise<void> {
    this.#over.abort(new Error('the hub is stopping'));
    const running = [...this.#processes].filter(([, { state }]) => state !== 'stopped' && state !== 'failed');
    if (running.length > 0) log.log(`Cleaning up ${running.length} services...`);
    await Promise.all(
      running.map(async ([name, managed]) => {
        if (!(await managed.stop())) log.warn(`Process ${managed.child?.pid} of service ${name} never died`);
      }),
    );
  }

  /** How a managed service runs; undefined for external ones. */
  runOf(service: Service): ServiceRun | undefined {
    const managed = this.#processes.get(service.name);
    if (!managed) return undefined;
    const { state, since, restarts, child, nextStart, lastEnding } = managed;
    return { state, since, restarts, pid: child?.pid ?? 0, ...(nextStart && { nextStart }), ...(lastEnding && { lastEnding }) };
  }

  /** One step of the loop that keeps logs from growing without end. */
  rotateLogs(): void {
    for (const service of this.services.list()) if (service.kind === 'managed') this.launcher.rotate(service);
  }

  /** One step of the loop that checks whether services answer; it only tells, restarts are the state machine's. */
  async checkHealth(): Promise<void> {
    const due = this.services.list().filter((service) => ['running', undefined].includes(this.runOf(service)?.state));
    await Promise.all(due.map((service) => this.health.check(service, this.#over.signal)));
  }

  #supervise(service: Service): ManagedProcess {
    const { name, url, timeout } = service;
    const managed = new ManagedProcess({
      spawn: (signal) => this.launcher.launch(service, signal),
      ...(url && { ready: (child, signal) => waitForAnswer(service, child.exited, signal) }),
      policy: {
        ...DEFAULT_RESTART_POLICY,
        startLimit: this.config.Elara.service_start_limit,
        startTimeoutMs: (timeout + READY_MARGIN_SECONDS) * 1000,
      },
      stopSteps: SERVICE_STOP_STEPS,
    });
    managed.on('ended', (ending, restartMs) => tellEnding(service, ending, restartMs));
    managed.on('state', (state) => log.debug(`Service ${name} is ${state}`));
    this.#processes.set(name, managed);
    return managed;
  }
}

function waitForAnswer({ origin, prefix, timeout }: Service, exited: Promise<Exit>, signal: AbortSignal) {
  return waitForHttp(`${origin}${prefix}`, { timeoutMs: timeout * 1000, signal, unless: exited });
}

/** Says what happened, why, and what comes next. */
function tellEnding({ name, origin }: Service, { exit, error }: Ending, restartMs?: number): void {
  if (!exit) log.error(`Failed to start service ${name}: ${messageOf(error)}`);
  else if (error instanceof ProcessError && error.code === 'timeout') log.error(`Cannot connect to managed service ${name} at ${origin}: ${error.message}`);
  else log.error(`Service ${name} exited with status ${pythonStatus(exit)}`);
  if (restartMs === undefined) log.fatal(`Service ${name} has failed: it was restarted too often (Elara.service_start_limit)`);
  else log.warn(`Restarting service ${name} in ${(restartMs / 1000).toFixed(1)} s`);
}
