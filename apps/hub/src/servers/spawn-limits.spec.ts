import { expect, test } from 'vitest';
import { LimitReachedError } from '../errors.js';
import { requireRoom, type SpawnLimits, type SpawnLoad } from './spawn-limits.js';

const limits: SpawnLimits = { concurrent_spawn_limit: 2, spawn_queue_limit: 0, active_server_limit: 5, retryRange: [30, 60] };
const nobodyWaits = { waiting: 0, waitSeconds: 12 };
const refusal = (starting: number, active: number, over: Partial<SpawnLimits> = {}, random = 0.5, queue = nobodyWaits as Pick<SpawnLoad, 'waiting' | 'waitSeconds'>) => {
  try {
    requireRoom({ starting, active, ...queue }, { ...limits, ...over }, () => random);
    return undefined;
  } catch (error) {
    return error as LimitReachedError;
  }
};

test.each([
  [0, 0],
  [1, 4],
])('%i starting and %i active leave room', (starting, active) => expect(refusal(starting, active)).toBeUndefined());

test('0 is no limit', () => expect(refusal(1000, 1000, { concurrent_spawn_limit: 0, active_server_limit: 0 })).toBeUndefined());

test.each([
  [0, [30, 60], 30, '30 seconds'],
  [0.5, [30, 60], 45, '50 seconds'],
  [1, [30, 60], 60, '60 seconds'],
  [1, [30, 125], 125, '2 minutes'],
] as const)('at %d of %j one is told to come back in %i s', (random, retryRange, seconds, words) => {
  const error = refusal(2, 0, { retryRange }, random);
  expect(error).toBeInstanceOf(LimitReachedError);
  expect(error).toMatchObject({ retryAfterSeconds: seconds, message: `Too many users trying to log in right now. Try again in ${words}.` });
});

test('a full hub does not say when', () => {
  expect(refusal(0, 5)).toMatchObject({ retryAfterSeconds: undefined, message: 'Active user limit exceeded. Try again in a few minutes.' });
});

test.each([
  ['there is room in the queue', 4, undefined],
  ['the queue is full', 5, 12],
])('with a queue, when %s', (_what, waiting, seconds) => {
  expect(refusal(2, 0, { spawn_queue_limit: 5 }, 0, { waiting, waitSeconds: 12 })?.retryAfterSeconds).toBe(seconds);
});

test('when nobody can know how long the queue takes, one is told to come back as without it', () => {
  expect(refusal(2, 0, { spawn_queue_limit: 5 }, 0, { waiting: 5, waitSeconds: null })).toMatchObject({ retryAfterSeconds: 30 });
});

test('who waits counts as active', () => {
  expect(refusal(2, 5, { spawn_queue_limit: 5 })).toMatchObject({ message: 'Active user limit exceeded. Try again in a few minutes.' });
});
