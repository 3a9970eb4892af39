import { SchedulerRegistry } from '@nestjs/schedule';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Health } from '../news/health.js';
import { Loops } from './every.js';

let loops: Loops;
let health: Health;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  loops = new Loops(new SchedulerRegistry(), health = new Health());
});
afterEach(async () => {
  await loops.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a step runs once every so many seconds, until the stop', async () => {
  let steps = 0;
  loops.every({ name: 'count', seconds: 2, step: async () => void (steps += 1) });
  await vi.advanceTimersByTimeAsync(6000);
  expect(steps).toBe(3);
  await loops.stop();
  await vi.advanceTimersByTimeAsync(6000);
  expect(steps).toBe(3);
});

test('a slow step never overlaps itself, and the stop waits for it', async () => {
  const ends: (() => void)[] = [];
  loops.every({ name: 'slow', seconds: 1, step: () => new Promise((resolve) => ends.push(resolve)) });
  await vi.advanceTimersByTimeAsync(5000);
  expect(ends).toHaveLength(1);
  let stopped = false;
  const stop = loops.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toBe(false);
  ends[0]!();
  await stop;
});

test('an error is counted and ends nothing', async () => {
  let steps = 0;
  loops.every({
    name: 'faulty',
    seconds: 1,
    step: async () => {
      steps += 1;
      if (steps < 4) throw new Error('no luck');
    },
  });
  await vi.advanceTimersByTimeAsync(3000);
  expect([steps, loops.errors.get('faulty')]).toEqual([3, 3]);
  expect(health.of('loop faulty')).toMatchObject({ status: 'failing', reason: 'no luck' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(health.of('loop faulty')).toMatchObject({ status: 'ok', reason: null });
});

test('0 seconds turn a loop off', async () => {
  loops.every({ name: 'off', seconds: 0, step: () => Promise.reject(new Error('never')) });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(loops.errors.size).toBe(0);
});

test('a scheduled step runs at the times of its cron expression', async () => {
  vi.setSystemTime(new Date(2026, 0, 1, 11, 58, 30));
  const times: string[] = [];
  loops.at({ name: 'hourly', cron: '17 * * * *', step: async () => void times.push(new Date().toTimeString().slice(0, 5)) });
  await vi.advanceTimersByTimeAsync(3 * 3600_000);
  expect(times).toEqual(['12:17', '13:17', '14:17']);
  await loops.stop();
  await vi.advanceTimersByTimeAsync(3 * 3600_000);
  expect(times).toHaveLength(3);
});

test('a time further away than a timer can wait is waited for in parts', async () => {
  vi.setSystemTime(new Date(2026, 0, 1));
  const dates: string[] = [];
  loops.at({ name: 'rare', cron: '0 0 1 3 *', step: async () => void dates.push(new Date().toDateString()) });
  await vi.advanceTimersByTimeAsync(60 * 86_400_000);
  expect(dates).toEqual(['Sun Mar 01 2026']);
});
