import { Logger } from '@nestjs/common';
import { describeExit, type Ending, ProcessError, type ProcessState } from '#process';
import { messageOf } from '../errors.js';
import { serviceRestarts, serviceState } from '../metrics.js';
import type { News } from '../news/news.js';
import { pythonStatus } from './exit-status.js';
import type { Service } from './service.js';

/** One change of state of a service. */
export interface ServiceEvent {
  time: Date;
  state: ProcessState;
  /** In words. */
  reason: string;
}

const KEPT = 20;
const STATES: readonly ProcessState[] = ['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed'];
const log = new Logger('services');

/** What happened to a service lately: kept in memory, told in the log and to those who watch, counted for Prometheus. */
export class ServiceHistory {
  readonly #events: ServiceEvent[] = [];

  constructor(
    private readonly service: Service,
    private readonly news: News,
  ) {
    serviceRestarts.inc({ service: service.name }, 0);
    this.#show('stopped');
  }

  /** The oldest first. */
  get events(): readonly ServiceEvent[] {
    return this.#events;
  }

  enter(state: ProcessState, reason: string): void {
    this.#events.push({ time: new Date(), state, reason });
    if (this.#events.length > KEPT) this.#events.shift();
    // how a run ended is told by `ended`, with what comes next
    if (state !== 'backoff' && state !== 'failed') log.log(`Service ${this.service.name} is ${state}: ${reason}`);
    this.#show(state);
  }

  /** A run ended by itself: says what happened, why, and what comes next. */
  ended({ exit, error }: Ending, restartMs?: number): void {
    const { name, origin } = this.service;
    if (!exit) log.error(`Failed to start service ${name}: ${messageOf(error)}`);
    else if (error instanceof ProcessError && error.code === 'timeout' && origin) log.error(`Cannot connect to managed service ${name} at ${origin}: ${error.message}`);
    else if (error instanceof ProcessError && ['timeout', 'unhealthy'].includes(error.code)) log.error(`Service ${name} was ended: ${error.message}`);
    else if (exit.outOfMemory) log.error(`Service ${name} ran out of memory (mem_limit): it ended with ${describeExit(exit)}`);
    else log.error(`Service ${name} exited with status ${pythonStatus(exit)}`);
    if (restartMs === undefined) log.fatal(`Service ${name} has failed: it was restarted too often (Elara.service_start_limit)`);
    else log.warn(`Restarting service ${name} in ${(restartMs / 1000).toFixed(1)} s`);
  }

  restarted(): void {
    serviceRestarts.inc({ service: this.service.name });
  }

  /** Takes a service that is no longer there out of the metrics. */
  forget(): void {
    serviceRestarts.remove({ service: this.service.name });
    for (const state of STATES) serviceState.remove({ service: this.service.name, state });
    this.news.tell({ kind: 'service', change: 'removed', service: this.service.name });
  }

  #show(current: ProcessState): void {
    for (const state of STATES) serviceState.set({ service: this.service.name, state }, state === current ? 1 : 0);
    this.news.tell({ kind: 'service', change: 'changed', service: this.service.name, state: current });
  }
}
