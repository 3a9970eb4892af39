import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LimitReachedError } from '../errors.js';
import { InTurn } from './in-turn.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LONG_MS = 3000;
const later = <T>(value: T, ms = LONG_MS) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('checks in turn', () => {
  test('are no more than so many at a time, in the order in which they came', async () => {
    const turns = new InTurn(2);
    let running = 0;
    let most = 0;
    const ended: number[] = [];
    const check = (number: number) => turns.run(async () => {
      most = Math.max(most, (running += 1));
      await later(undefined);
      running -= 1;
      ended.push(number);
    });
    const all = Promise.all([1, 2, 3, 4, 5].map(check));
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(ended).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(2 * LONG_MS);
    await all;
    expect([most, ended]).toEqual([2, [1, 2, 3, 4, 5]]);
  });

  test('give their place to the next one when they fail', async () => {
    const turns = new InTurn(1);
    const failed = expect(turns.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const next = turns.run(() => Promise.resolve('mine'));
    await failed;
    expect(await next).toBe('mine');
    expect(await turns.run(() => Promise.resolve('free again'))).toBe('free again');
  });

  test('are refused when 200 wait already, and those 200 have their turn', async () => {
    const turns = new InTurn(1);
    const waiting = Promise.all(Array.from({ length: 201 }, (_, number) => turns.run(() => later(number, 100))));
    await expect(turns.run(() => Promise.resolve())).rejects.toThrow(LimitReachedError);
    await vi.advanceTimersByTimeAsync(201 * 100);
    expect((await waiting).length).toBe(201);
  });

  test('are not waited for without end, and who gave up takes nobody’s turn', async () => {
    const turns = new InTurn(1);
    const hanging = turns.run(() => later('late', 60_000));
    const checked = vi.fn(() => Promise.resolve());
    const gaveUp = expect(turns.run(checked)).rejects.toMatchObject({ retryAfterSeconds: 30 });
    await vi.advanceTimersByTimeAsync(45_000);
    await gaveUp;
    const patient = turns.run(() => Promise.resolve('in time'));
    await vi.advanceTimersByTimeAsync(15_000);
    expect([await hanging, await patient, checked.mock.calls.length]).toEqual(['late', 'in time', 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
