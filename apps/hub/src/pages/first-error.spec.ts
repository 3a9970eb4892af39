import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstError } from './first-error.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('firstError', () => {
  it('is what goes wrong in time', async () => {
    const error = new Error('no');
    expect(await firstError(Promise.reject(error), 1000)).toBe(error);
    expect(await firstError(Promise.resolve(1), 1000)).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves later failures to the work itself', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise((_resolve, reject) => (fail = reject));
    const first = firstError(work, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toBeUndefined();
    fail(new Error('too late to matter'));
  });
});
