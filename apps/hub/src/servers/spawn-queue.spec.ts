import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registry } from '../metrics.js';
import { type QueuePlace, SpawnQueue, type Ticket } from './spawn-queue.js';

let queue: SpawnQueue;
let places: number;
let told: Record<string, QueuePlace[]>;
let running: string[];

beforeEach(() => {
  vi.useFakeTimers();
  registry.resetMetrics();
  places = 2;
  queue = new SpawnQueue(() => places);
  told = {};
  running = [];
});
afterEach(() => vi.useRealTimers());

function join(name: string, over: { begun?: boolean } = {}): Ticket {
  const ticket = queue.join({ userId: name.charCodeAt(0), since: Date.now(), moved: (place) => (told[name] ??= []).push(place), ...over });
  void ticket.turn.then(() => running.push(name));
  return ticket;
}

const value = async (name: string) => (await registry.getSingleMetric(`jupyterhub_${name}`)!.get()).values;

test('so many start at once, the others when a place is free', async () => {
  const [a, b] = ['a', 'b', 'c', 'd'].map((name) => join(name));
  await vi.advanceTimersByTimeAsync(0);
  expect([running, queue.starting, queue.waiting]).toEqual([['a', 'b'], 2, 2]);
  b!.leave();
  b!.leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(running).toEqual(['a', 'b', 'c']);
  a!.leave();
  await vi.advanceTimersByTimeAsync(0);
  expect([running, queue.starting, queue.waiting]).toEqual([['a', 'b', 'c', 'd'], 2, 0]);
});

test('0 places are any number', () => {
  places = 0;
  for (let i = 0; i < 50; i += 1) join(`x${i}`);
  expect([queue.starting, queue.waiting]).toEqual([50, 0]);
});

test('what an earlier hub began takes a place at once, also beyond the limit', () => {
  ['a', 'b', 'c'].map((name) => join(name, { begun: true }));
  expect(queue.starting).toBe(3);
  expect(join('d').place()).toMatchObject({ position: 1 });
});

test('who leaves the queue makes others move up, and is not started', async () => {
  const [, , c, d] = ['a', 'b', 'c', 'd'].map((name) => join(name));
  expect([c!.place()?.position, d!.place()?.position]).toEqual([1, 2]);
  c!.leave();
  expect([c!.place(), d!.place()?.position]).toEqual([undefined, 1]);
  await vi.advanceTimersByTimeAsync(0);
  expect(running).toEqual(['a', 'b']);
});

test('those who wait are told where they stand, and when they move, once a second at most', async () => {
  const [a, b] = ['a', 'b', 'c', 'd', 'e'].map((name) => join(name));
  expect(told.e).toEqual([{ position: 3, estimated_wait_seconds: null }]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told.e).toHaveLength(1);
  a!.leave();
  b!.leave();
  await vi.advanceTimersByTimeAsync(1000);
  expect(told.e).toEqual([expect.anything(), { position: 1, estimated_wait_seconds: 5 }]);
  expect(told.a).toBeUndefined();
  expect(queue.waitSeconds).toBe(10);
});

test('nothing is told, and no timer runs, when nobody waits', () => {
  join('a').leave();
  expect(vi.getTimerCount()).toBe(0);
});

test('length and waiting times are measured', async () => {
  const [a, , , d] = ['a', 'b', 'c', 'd'].map((name) => join(name));
  expect(await value('spawn_queue_length')).toMatchObject([{ value: 2 }]);
  await vi.advanceTimersByTimeAsync(7000);
  a!.leave();
  d!.leave();
  expect(await value('spawn_queue_length')).toMatchObject([{ value: 0 }]);
  const sums = (await value('spawn_queue_wait_seconds')).filter((one) => (one as { metricName?: string }).metricName?.endsWith('_sum'));
  expect(sums.map(({ labels, value: sum }) => [labels.outcome, sum])).toEqual([['started', 7], ['left', 7]]);
});
