import { Logger } from '@nestjs/common';
import { eventLoopInterval, recentLags } from '../metrics.js';

/** How often to look at the event loop, in seconds: shorter hold-ups cannot be told apart. */
export const LOOK_SECONDS = 0.05;
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
    recentLags.add(Math.max(0, passed - LOOK_SECONDS));
    const heldUp = passed < 2 * LOOK_SECONDS ? LOOK_SECONDS : passed - LOOK_SECONDS;
    if (heldUp >= WARN_SECONDS) log.warn(`The event loop was held up for at least ${heldUp.toFixed(2)} seconds`);
    eventLoopInterval.observe(heldUp);
  }
}
