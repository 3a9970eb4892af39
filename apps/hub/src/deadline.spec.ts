import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDeadline } from './deadline.js';

const late = () => new Error('late');
const forever = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('work in time gives its result, and leaves no timer', async () => {
  expect(await withDeadline(1, late, new AbortController().signal, async () => 5)).toBe(5);
  expect(vi.getTimerCount()).toBe(0);
});

test('work that does not listen is left behind', async () => {
  const failed = withDeadline(1, late, new AbortController().signal, forever).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await failed).toBe('late');
});

test('work that listens may end with its own error', async () => {
  const listens = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const failed = withDeadline(1, late, new AbortController().signal, listens).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await failed).toBe('late');
});

test('the parent ends it with its own reason', async () => {
  const parent = new AbortController();
  const failed = withDeadline(1, late, parent.signal, forever).catch((error: Error) => error.message);
  parent.abort(new Error('cancelled'));
  expect(await failed).toBe('cancelled');
  await expect(withDeadline(1, late, parent.signal, async () => 5)).rejects.toThrow('cancelled');
});
