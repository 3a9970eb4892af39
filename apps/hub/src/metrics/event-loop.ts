import { Logger } from '@nestjs/common';
import { eventLoopInterval, recentLags } from '../metrics.js';

/** How often to look at the event loop, in seconds. Each look wakes an idle hub: at JupyterHub's 0.05 they were most of what it used. */
export const LOOK_SECONDS = 0.2;
/** What JupyterHub reports of a loop that is not held up at all, and dashboards take for that. */
const NOT_HELD_UP_SECONDS = 0.05;
const WARN_SECONDS = 1;

const log = new Logger('metrics');

/** Measures for how long the event loop was held up: `look` comes late by as much. */
export class EventLoopWatch {
  #last?: number;

  /** Call it every `LOOK_SECONDS`. */
  look(): void {
    const now = performance.now();
    const passed = (now - (this.#last ?? now)) / 1000;
    this.#last = now;
    const late = Math.max(0, passed - LOOK_SECONDS);
    recentLags.add(late);
    if (late >= WARN_SECONDS) log.warn(`The event loop was held up for at least ${late.toFixed(2)} seconds`);
    eventLoopInterval.observe(Math.max(NOT_HELD_UP_SECONDS, late));
  }
}
