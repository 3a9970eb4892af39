import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventLoopInterval } from '../metrics.js';
import { EventLoopWatch } from './event-loop.js';

beforeEach(() => {
  vi.useFakeTimers();
  eventLoopInterval.reset();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const sum = async () => (await eventLoopInterval.get()).values.find(({ metricName }) => metricName?.endsWith('_sum'))!.value;

/** Looks after each of these pauses, in ms. */
function lookAfter(...pauses: number[]): void {
  const watch = new EventLoopWatch();
  for (const ms of pauses) {
    vi.advanceTimersByTime(ms);
    watch.look();
  }
}

test('looks that come in time count as one interval, the first one too', async () => {
  lookAfter(60_000, 200, 210, 249);
  expect(await sum()).toBeCloseTo(4 * 0.05);
});

test('a late look counts as the time it came late', async () => {
  lookAfter(0, 700);
  expect(await sum()).toBeCloseTo(0.05 + 0.5);
});

test('a long hold-up is logged', () => {
  const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
  lookAfter(0, 1100, 2200);
  expect(warn.mock.calls).toEqual([['The event loop was held up for at least 2.00 seconds']]);
});
