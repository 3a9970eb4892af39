import { Injectable, Logger } from '@nestjs/common';
import { CronExpressionParser } from 'cron-parser';
import { SchedulerRegistry } from '@nestjs/schedule';
import { withoutSql } from '../database/outages.js';
import { messageOf } from '../errors.js';
import { Health } from '../news/health.js';

const log = new Logger('loops');
const JITTER = 0.1;

export interface LoopSpec {
  name: string;
  /** Seconds between two steps; 0 turns the loop off. */
  seconds: number;
  /** By which share the pause varies; a tenth unless given. */
  jitter?: number;
  step: () => Promise<void>;
}

export interface ScheduleSpec {
  name: string;
  /** Five fields, as in crontab(5); '' turns it off. */
  cron: string;
  step: () => Promise<void>;
}

/** A timer of Node's cannot wait longer than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Background loops on the scheduler: a slow step skips ticks and never overlaps itself, an error is logged and never ends the
 * loop, a stop waits for the steps that are running. The steps know nothing of time.
 */
@Injectable()
export class Loops {
  readonly #running = new Map<string, Promise<void>>();
  readonly errors = new Map<string, number>();

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly health: Health,
  ) {}

  every({ name, seconds, jitter = JITTER, step }: LoopSpec): void {
    if (seconds <= 0) return;
    // spread, so that loops of the same length do not all fall on the same moment
    const period = seconds * 1000 * (1 + (Math.random() - 0.5) * jitter);
    const timer = setInterval(() => this.#tick(name, step), period);
    this.scheduler.addInterval(name, timer);
  }

  /** A step at the times of a cron expression, in the time zone of the machine. */
  at({ name, cron, step }: ScheduleSpec): void {
    if (cron === '') return;
    const wait = CronExpressionParser.parse(cron).next().getTime() - Date.now();
    const timer = setTimeout(() => {
      this.scheduler.deleteTimeout(name);
      if (wait <= LONGEST_WAIT_MS) this.#tick(name, step);
      this.at({ name, cron, step });
    }, Math.min(wait, LONGEST_WAIT_MS));
    this.scheduler.addTimeout(name, timer);
  }

  /** Ends all loops and waits for the steps under way. */
  async stop(): Promise<void> {
    for (const name of this.scheduler.getIntervals()) this.scheduler.deleteInterval(name);
    for (const name of this.scheduler.getTimeouts()) this.scheduler.deleteTimeout(name);
    await Promise.all(this.#running.values());
  }

  #tick(name: string, step: () => Promise<void>): void {
    if (this.#running.has(name)) return;
    const run = this.#guarded(name, step).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
  }

  async #guarded(name: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
      this.health.tell(`loop ${name}`);
    } catch (error) {
      this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
      this.health.tell(`loop ${name}`, messageOf(withoutSql(error)));
      log.error(`${name} failed: ${messageOf(error)}`, error instanceof Error ? error.stack : undefined);
    }
  }
}
