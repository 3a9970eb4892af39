import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { afterLook, DEFAULT_PROBE_TIMING, type ProbeCheck, type ProbeState, probeUntil, requireHealthy, UNPROBED } from './probe.js';

const timing = { initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 2 };

describe('the outcome of looks', () => {
  test.each<[looks: string, expected: Partial<ProbeState>]>([
    ['', { inRow: 0 }],
    ['+', { inRow: 1 }],
    ['++', { inRow: 2, healthy: true }],
    ['++-', { inRow: 1, healthy: true, problem: '-' }],
    ['++--+--', { inRow: 2, healthy: true, problem: '-' }],
    ['++---', { inRow: 3, healthy: false, problem: '-' }],
    ['++---+', { inRow: 1, healthy: false }],
    ['++---++', { inRow: 2, healthy: true }],
    ['-+-+', { inRow: 1 }],
    ['---', { inRow: 3, healthy: false, problem: '-' }],
  ])('%s', (looks, expected) => {
    expect([...looks].reduce((state, look) => afterLook(state, look === '-' ? '-' : undefined, timing), UNPROBED)).toEqual(expected);
  });

  test('one success and three failures decide, unless said otherwise', () => {
    expect(afterLook(UNPROBED, undefined, DEFAULT_PROBE_TIMING).healthy).toBe(true);
    expect(afterLook({ inRow: 2, problem: 'x' }, 'x', DEFAULT_PROBE_TIMING).healthy).toBe(false);
  });
});

describe('looking again and again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Answers one by one; the last one for ever. */
  const answers = (...all: (Error | 'never' | undefined)[]): ProbeCheck => {
    let n = 0;
    return () => {
      const answer = all[Math.min(n++, all.length - 1)];
      if (answer === 'never') return new Promise(() => undefined);
      return answer ? Promise.reject(answer) : Promise.resolve();
    };
  };
  const signal = new AbortController().signal;

  test('begins after the delay, and ends when it is well', async () => {
    const times: number[] = [];
    const begin = Date.now();
    const done = probeUntil(true, answers(new Error('not yet'), undefined), timing, { signal, seen: () => times.push(Date.now() - begin) });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await done).toEqual({ healthy: true, inRow: 2 });
    expect(times).toEqual([5000, 15_000, 25_000]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('no answer in time is a failure, with which it goes on', async () => {
    const seen: ProbeState[] = [];
    const failed = requireHealthy(answers(undefined, undefined, 'never'), timing, { signal, seen: (state) => seen.push(state) });
    const told = expect(failed).rejects.toMatchObject({ code: 'unhealthy', message: expect.stringContaining('3 times in a row (no answer within 1 s)') as string });
    await vi.advanceTimersByTimeAsync(60_000);
    await told;
    expect(seen.map(({ healthy }) => healthy)).toEqual([undefined, true, true, true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends with its signal, also in the middle of a look', async () => {
    const over = new AbortController();
    const failed = requireHealthy(answers('never'), { ...timing, initialDelaySeconds: 0 }, { signal: over.signal });
    const told = expect(failed).rejects.toThrow('that was all');
    await vi.advanceTimersByTimeAsync(500);
    over.abort(new Error('that was all'));
    await told;
    expect(vi.getTimerCount()).toBe(0);
  });
});
