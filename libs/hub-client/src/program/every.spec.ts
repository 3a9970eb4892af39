import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sleep } from '../deadline.js';
import { every } from './every.js';

describe('every', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('steps at once, then at each multiple; a slow step skips what it overran', async () => {
    const stop = new AbortController();
    const start = Date.now();
    const starts: number[] = [];
    const durations = [0, 25_000, 0];
    const step = async () => {
      starts.push((Date.now() - start) / 1000);
      await sleep(durations[starts.length - 1] ?? 0);
    };
    const loop = every(10, step, stop.signal);
    await vi.advanceTimersByTimeAsync(50_001);
    stop.abort();
    await loop;
    expect(starts).toEqual([0, 10, 40, 50]);
  });

  it('ends at once while waiting, and after the step while stepping', async () => {
    const stop = new AbortController();
    let done = false;
    const step = async () => {
      stop.abort();
      await sleep(1_000);
      done = true;
    };
    const loop = every(10, step, stop.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    await loop;
    expect(done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
