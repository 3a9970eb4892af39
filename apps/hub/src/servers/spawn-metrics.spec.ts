import { beforeEach, expect, test } from 'vitest';
import { spawnDuration } from '../metrics.js';
import type { FailureCode } from '../spawners/spawn-error.js';
import { noteRefusal, noteSpawn, spawnOutcome } from './spawn-metrics.js';

beforeEach(() => spawnDuration.reset());

const counted = async () =>
  (await spawnDuration.get()).values
    .filter(({ metricName, value }) => metricName?.endsWith('_count') && value > 0)
    .map(({ labels, value }) => [labels.status, labels.reason, value]);

test.each<[FailureCode, string, string]>([
  ['options', 'failure', 'options'],
  ['cancelled', 'failure', 'cancelled'],
  ['exited-early', 'failure', 'exited'],
  ['start-timeout', 'error', 'start-timeout'],
  ['command-missing', 'error', 'command-missing'],
  ['internal', 'error', ''],
])('a start that failed with %s counts as %s (%s)', (code, status, reason) => {
  expect(spawnOutcome({ code })).toEqual({ status, reason });
});

test('starts are counted with how long they took', async () => {
  noteSpawn({ since: Date.now() - 3000, resumed: false }, null);
  noteRefusal('throttled');
  expect(await counted()).toEqual([['success', '', 1], ['failure', 'throttled', 1]]);
  const sum = (await spawnDuration.get()).values.find(({ metricName, labels }) => metricName?.endsWith('_sum') && labels.status === 'success');
  expect(sum!.value).toBeCloseTo(3, 0);
});

test('a start that another hub began is not', async () => {
  noteSpawn({ since: Date.now(), resumed: true }, null);
  expect(await counted()).toEqual([]);
});
