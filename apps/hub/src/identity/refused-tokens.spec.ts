import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RefusedTokens } from './refused-tokens.js';

beforeEach(() => vi.useFakeTimers({ now: 1000 }));
afterEach(() => vi.useRealTimers());

test('tells whose token was refused since a moment', () => {
  const refusals = new RefusedTokens();
  refusals.note('ann');
  expect([refusals.refusedSince('ann', 1000), refusals.refusedSince('ann', 1001), refusals.refusedSince('bob', 0)]).toEqual([true, false, false]);
});

test('any number of names takes no more than so much memory, and the latest are kept', () => {
  const refusals = new RefusedTokens();
  for (let i = 0; i <= 10_000; i += 1) refusals.note(`u${i}`);
  expect([refusals.refusedSince('u0', 0), refusals.refusedSince('u1', 0), refusals.refusedSince('u10000', 0)]).toEqual([false, true, true]);
});
