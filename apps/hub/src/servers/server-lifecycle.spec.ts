import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerState } from '../database/tables.js';
import { ConflictError } from '../errors.js';
import { SpawnError } from '../spawners/spawn-error.js';
import type { LifecycleStore, Move } from './lifecycle.repository.js';
import { type LifecycleSteps, OutdatedError, ServerLifecycle } from './server-lifecycle.js';

/** The row, as the database would keep it. */
class Row implements LifecycleStore {
  state: ServerState = 'stopped';
  epoch = 0;
  moves: (Move & { at: number })[] = [];
  down = false;

  async move(_id: number, epoch: number, move: Move): Promise<boolean> {
    if (this.down) throw new Error('SQLITE_BUSY');
    if (epoch !== this.epoch) return false;
    this.epoch += 1;
    this.state = move.to;
    this.moves.push({ ...move, at: Date.now() });
    return true;
  }
}

const after = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)));
  });

let row: Row;
let done: string[];
const stepsOf = (over: Partial<LifecycleSteps> = {}): LifecycleSteps => ({
  up: async (signal) => (await after(1000, signal), done.push('up'), 'memo'),
  down: async () => (await after(500), void done.push('down')),
  upSeconds: 60,
  downSeconds: 10,
  ...over,
});
const lifecycle = (over: Partial<LifecycleSteps> = {}, state: ServerState = 'stopped') => {
  row.state = state;
  return new ServerLifecycle({ id: 1, logName: 'ann', state, epoch: row.epoch }, row, stepsOf(over));
};
const path = () => row.moves.map(({ to }) => to);

beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => {
  vi.useFakeTimers();
  row = new Row();
  done = [];
});
afterEach(() => vi.useRealTimers());

test('starts, is ready, stops', async () => {
  const server = lifecycle();
  const starting = server.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(row.state).toBe('spawn-pending');
  await vi.advanceTimersByTimeAsync(1000);
  await starting;
  expect([server.state, row.state]).toEqual(['ready', 'ready']);
  const stopping = server.stop();
  await vi.advanceTimersByTimeAsync(500);
  await stopping;
  expect(path()).toEqual(['spawn-pending', 'ready', 'stop-pending', 'stopped']);
  expect(row.moves.map(({ memo }) => memo)).toEqual([undefined, 'memo', undefined, undefined]);
  expect(done).toEqual(['up', 'down']);
});

test('pending states have a deadline, others none', async () => {
  const server = lifecycle();
  const all = server.start().then(() => server.stop());
  await vi.runAllTimersAsync();
  await all;
  expect(row.moves.map(({ deadline, at }) => deadline && deadline.getTime() - at)).toEqual([60_000, null, 10_000, null]);
});

test('the row comes before the effect', async () => {
  const seen: ServerState[] = [];
  const see = async () => void seen.push(row.state);
  const server = lifecycle({ up: see, down: see });
  await server.start();
  await server.stop();
  expect(seen).toEqual(['spawn-pending', 'stop-pending']);
});

describe('a start that fails', () => {
  test('cleans up and keeps the reason', async () => {
    const server = lifecycle({ up: () => Promise.reject(new SpawnError('command-missing', 'no program', { hint: 'install it' })) });
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(500);
    await starting;
    expect(path()).toEqual(['spawn-pending', 'stop-pending', 'stopped']);
    expect(row.moves.at(-1)!.failure).toMatchObject({ code: 'command-missing', message: 'no program', hint: 'install it' });
    expect(done).toEqual(['down']);
  });

  test('for an unknown reason says no more than that to the person', async () => {
    const server = lifecycle({ up: () => Promise.reject(new TypeError('x is undefined')) });
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(500);
    await starting;
    expect(server.failure).toMatchObject({ code: 'internal', message: 'Your server could not be started', detail: 'x is undefined' });
  });

  test('by taking too long is stopped at its deadline', async () => {
    const server = lifecycle({ up: (signal) => after(9_999_999, signal) });
    void server.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.state).toBe('stop-pending');
    await vi.advanceTimersByTimeAsync(500);
    expect(server.state).toBe('stopped');
    expect(server.failure).toMatchObject({ code: 'deadline' });
  });

  test('by a request ends, and the one who asked for it is told', async () => {
    const server = lifecycle();
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(10);
    server.cancel();
    await vi.advanceTimersByTimeAsync(500);
    await starting;
    expect(path()).toEqual(['spawn-pending', 'stop-pending', 'stopped']);
    expect(server.failure).toMatchObject({ code: 'cancelled', message: 'Spawn cancelled' });
  });

  test.each(['request', 'deadline'])('by a %s is taken down, also when the steps hang for ever', async (end) => {
    const server = lifecycle({ up: () => new Promise(() => undefined) });
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(10);
    if (end === 'request') server.cancel();
    await vi.advanceTimersByTimeAsync(end === 'request' ? 500 : 60_500);
    await starting;
    expect(path()).toEqual(['spawn-pending', 'stop-pending', 'stopped']);
    expect(server.failure?.code).toBe(end === 'request' ? 'cancelled' : 'deadline');
  });

  test('leaves no timer', async () => {
    const server = lifecycle({ up: () => Promise.reject(new Error('x')), down: () => Promise.resolve() });
    await server.start();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('can be tried again', async () => {
    let fail = true;
    const steps = { up: () => (fail ? Promise.reject(new Error('x')) : Promise.resolve()), down: () => Promise.resolve() };
    await lifecycle(steps).start();
    fail = false;
    const second = lifecycle(steps);
    await second.start();
    expect(second.state).toBe('ready');
    expect(row.moves.at(-1)!.failure).toBeNull();
  });
});

describe('refusals', () => {
  test.each<[ServerState, 'start' | 'stop']>([
    ['queued', 'start'],
    ['spawn-pending', 'start'],
    ['ready', 'start'],
    ['stop-pending', 'start'],
    ['stopped', 'stop'],
    ['spawn-pending', 'stop'],
    ['stop-pending', 'stop'],
  ])('a server that is %s refuses to %s', async (state, action) => {
    await expect(lifecycle({}, state)[action]()).rejects.toThrow(ConflictError);
    expect(row.moves).toEqual([]);
  });

  test.each<[ServerState, 'start' | 'stop']>([
    ['stopped', 'start'],
    ['ready', 'stop'],
  ])('when another hub changed the row, %s does not %s', async (state, action) => {
    const server = lifecycle({}, state);
    row.epoch += 1;
    await expect(server[action]()).rejects.toThrow(OutdatedError);
    expect(done).toEqual([]);
  });

  test('a start that lost its row leaves the server to the other hub', async () => {
    const server = lifecycle();
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(10);
    row.epoch += 1;
    await vi.advanceTimersByTimeAsync(2000);
    await starting;
    expect(done).toEqual(['up']);
    expect(server.failure?.message).toContain('another hub');
  });

  test('without the database nothing happens', async () => {
    row.down = true;
    await expect(lifecycle().start()).rejects.toThrow('SQLITE_BUSY');
    expect(done).toEqual([]);
  });
});

describe('after a restart of the hub', () => {
  test('a start goes on', async () => {
    await Promise.all([lifecycle({}, 'spawn-pending').resume(), vi.advanceTimersByTimeAsync(1000)]);
    expect(path()).toEqual(['spawn-pending', 'ready']);
  });
  test('a start that cannot go on is taken down', async () => {
    await Promise.all([lifecycle({ up: () => Promise.reject(new Error('gone')) }, 'spawn-pending').resume(), vi.advanceTimersByTimeAsync(500)]);
    expect(path()).toEqual(['spawn-pending', 'stop-pending', 'stopped']);
  });
  test('a stop is finished', async () => {
    await Promise.all([lifecycle({}, 'stop-pending').resume(), vi.advanceTimersByTimeAsync(500)]);
    expect(path()).toEqual(['stop-pending', 'stopped']);
  });
  test('a stop keeps why the start failed', async () => {
    row.state = 'stop-pending';
    const failure = { code: 'never-answered', message: 'no answer', detail: '', hint: '', log: [] } as const;
    const server = new ServerLifecycle({ id: 1, logName: 'ann', state: 'stop-pending', epoch: 0, failure: { ...failure, log: [] } }, row, stepsOf());
    await Promise.all([server.resume(), vi.advanceTimersByTimeAsync(500)]);
    expect(row.moves.at(-1)!.failure).toEqual(failure);
  });
  test.each<ServerState>(['ready', 'stopped'])('%s stays', async (state) => {
    await lifecycle({}, state).resume();
    expect(path()).toEqual([]);
  });
});

describe('a start that has to wait for its turn', () => {
  let admit: () => void;
  const queued = (seconds = 100, over: Partial<LifecycleSteps> = {}, state: ServerState = 'stopped') => {
    const turn = new Promise<void>((resolve) => (admit = resolve));
    return lifecycle({ queue: { note: async () => void done.push('note'), turn, seconds }, ...over }, state);
  };

  test('is in the row, noted first, until its turn comes', async () => {
    const starting = queued().start();
    await vi.advanceTimersByTimeAsync(5000);
    expect([path(), done]).toEqual([['queued'], ['note']]);
    expect(row.moves[0]!.deadline!.getTime() - row.moves[0]!.at).toBe(100_000);
    admit();
    await vi.advanceTimersByTimeAsync(1000);
    await starting;
    expect(path()).toEqual(['queued', 'spawn-pending', 'ready']);
  });

  test('ends at once when it is cancelled: there is nothing to clean up', async () => {
    const server = queued();
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(10);
    server.cancel();
    await starting;
    expect(path()).toEqual(['queued', 'stopped']);
    expect(row.moves.at(-1)!.failure).toMatchObject({ code: 'cancelled' });
    expect(done).toEqual(['note']);
  });

  test('ends at its deadline', async () => {
    const server = queued(100);
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(100_000);
    await starting;
    expect(path()).toEqual(['queued', 'stopped']);
    expect(server.failure).toMatchObject({ code: 'deadline', detail: 'its turn had not come after 100 seconds' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stays in the row when the hub goes, and goes on with the next', async () => {
    const server = queued();
    const starting = server.start();
    await vi.advanceTimersByTimeAsync(10);
    server.release();
    await starting;
    expect(path()).toEqual(['queued']);
    const resumed = queued(50, {}, 'queued').resume();
    admit();
    await vi.advanceTimersByTimeAsync(1000);
    await resumed;
    expect(path()).toEqual(['queued', 'spawn-pending', 'ready']);
  });

  test('fails with the next hub when its deadline has passed', async () => {
    const server = queued(-1, {}, 'queued');
    admit();
    await server.resume();
    expect(path()).toEqual(['stopped']);
    expect(server.failure?.code).toBe('deadline');
  });

  test('leaves it to the other hub when that has begun it', async () => {
    const starting = queued().start();
    await vi.advanceTimersByTimeAsync(10);
    row.epoch += 1;
    admit();
    await expect(starting).rejects.toThrow(OutdatedError);
    expect(done).toEqual(['note']);
  });
});

test('a hub that goes leaves a starting server as it is', async () => {
  const server = lifecycle();
  const starting = server.start();
  await vi.advanceTimersByTimeAsync(10);
  server.release();
  await starting;
  expect(row.state).toBe('spawn-pending');
  expect(done).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
