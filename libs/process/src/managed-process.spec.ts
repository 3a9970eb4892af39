import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Child, Exit } from './child.js';
import { groupIsAlive } from './group.js';
import { ManagedProcess } from './managed-process.js';
import { DEFAULT_RESTART_POLICY, restartDelay } from './restart-policy.js';
import { spawnChild } from './spawn.js';

/** A process that ends on SIGKILL, and on others only if it is well-behaved. Its pid is beyond what the kernel hands out. */
class TestChild implements Child {
  readonly pid = 2 ** 30;
  readonly identity = { pid: this.pid, startTime: 1, bootId: '' };
  readonly signals: string[] = [];
  end!: (exit: Exit) => void;
  readonly exited = new Promise<Exit>((resolve) => (this.end = resolve));
  constructor(private readonly stubborn: boolean) {}
  kill(signal: NodeJS.Signals) {
    this.signals.push(signal);
    if (!this.stubborn || signal === 'SIGKILL') this.end({ code: null, signal });
  }
}

const policy = { ...DEFAULT_RESTART_POLICY, startLimit: 5 };
const stopSteps = [
  { signal: 'SIGINT', waitSeconds: 10 },
  { signal: 'SIGKILL', waitSeconds: 5 },
] as const;
let children: TestChild[];
let states: string[];
let reasons: string[];
let stubborn: boolean;
let ready: () => Promise<void>;
let spawn: () => Promise<Child>;
let managed: ManagedProcess;
const last = () => children.at(-1)!;
const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const crash = async () => {
  last().end({ code: 1, signal: null });
  await tick();
};

beforeEach(() => {
  vi.useFakeTimers();
  children = [];
  states = [];
  reasons = [];
  stubborn = false;
  ready = () => Promise.resolve();
  spawn = () => {
    children.push(new TestChild(stubborn));
    return Promise.resolve(last());
  };
  managed = new ManagedProcess({ spawn: () => spawn(), ready: () => ready(), policy, stopSteps, random: () => 0 });
  managed.on('state', (state, reason) => {
    states.push(state);
    reasons.push(reason);
  });
});
afterEach(() => vi.useRealTimers());

test.each([
  [1, 500],
  [2, 1000],
  [6, 16_000],
  [7, 30_000],
  [2000, 30_000],
])('restart %i waits %i ms, and up to a tenth more', (attempt, ms) => {
  expect(restartDelay(attempt, policy, () => 0)).toBe(ms);
  expect(restartDelay(attempt, policy, () => 1)).toBeCloseTo(ms * 1.1);
});

test('one that is not well any more is ended and restarted', async () => {
  let sicken!: (error: Error) => void;
  let seen: AbortSignal | undefined;
  managed = new ManagedProcess({
    ...{ spawn: () => spawn(), policy, stopSteps, random: () => 0 },
    watch: (_, signal) => new Promise((_, reject) => ((sicken = reject), (seen = signal))),
  });
  managed.start();
  await tick();
  expect([managed.state, seen?.aborted]).toEqual(['running', false]);
  sicken(new Error('it is sick'));
  await tick();
  expect(last().signals).toContain('SIGINT');
  expect(managed).toMatchObject({ state: 'backoff', lastEnding: { error: { message: 'it is sick' } } });
  expect(seen?.aborted).toBe(true);
  await tick(500);
  expect([managed.state, children.length]).toEqual(['running', 2]);
  const stopped = managed.stop();
  await tick();
  expect([await stopped, managed.state]).toEqual([true, 'stopped']);
});

test('starts and becomes running', async () => {
  managed.start();
  managed.start();
  await tick();
  expect(states).toEqual(['starting', 'running']);
  expect(children).toHaveLength(1);
});

describe('a crash', () => {
  test('is answered by a restart, later each time', async () => {
    managed.start();
    await tick();
    await crash();
    expect(managed).toMatchObject({ state: 'backoff', nextStart: new Date(Date.now() + 500), lastEnding: { exit: { code: 1 } } });
    await tick(499);
    expect(children).toHaveLength(1);
    await tick(1);
    expect(managed.state).toBe('running');
    await crash();
    await tick(999);
    expect(children).toHaveLength(2);
    await tick(1);
    expect(children).toHaveLength(3);
    expect(managed.restarts).toBe(2);
  });

  test('is forgotten after a minute of running', async () => {
    managed.start();
    await tick();
    await crash();
    await tick(500);
    await tick(60_000);
    expect(managed).toMatchObject({ attempt: 0, restarts: 1 });
  });

  test('once too often means failed, until it is started by hand', async () => {
    const endings: (number | undefined)[] = [];
    managed.on('ended', (_, restartMs) => endings.push(restartMs));
    managed.start();
    await tick();
    for (let i = 0; i < 6; i += 1) {
      await crash();
      await tick(30_000);
    }
    expect(managed.state).toBe('failed');
    expect(endings).toEqual([500, 1000, 2000, 4000, 8000, undefined]);
    managed.start();
    await tick();
    expect(managed).toMatchObject({ state: 'running', attempt: 0 });
  });
});

describe('what a run leaves behind', () => {
  let swept: string[];
  let done: () => void;
  beforeEach(() => {
    swept = [];
    const sweep = () => new Promise<void>((resolve) => (swept.push(managed.state), (done = resolve)));
    managed = new ManagedProcess({ spawn: () => spawn(), policy, stopSteps, sweep, random: () => 0 });
    managed.start();
  });

  test('is swept away before the next start', async () => {
    await tick();
    await crash();
    expect([managed.state, managed.child]).toEqual(['backoff', undefined]);
    await tick(500);
    expect([managed.state, children.length]).toEqual(['starting', 1]);
    done();
    await tick();
    expect([managed.state, children.length]).toEqual(['running', 2]);
  });

  test('is swept away before it counts as stopped', async () => {
    await tick();
    const stopped = managed.stop();
    await tick(10);
    expect([managed.state, swept]).toEqual(['stopping', ['stopping']]);
    done();
    expect(await stopped).toBe(true);
    expect(managed.state).toBe('stopped');
  });

  test('is waited for by a stop that comes after the crash', async () => {
    await tick();
    await crash();
    let isDown = false;
    void managed.stop().then(() => (isDown = true));
    await tick(10);
    expect([managed.state, isDown]).toEqual(['stopped', false]);
    done();
    await tick();
    expect(isDown).toBe(true);
  });

  test('is waited for by a new run, whose stop is not the end of the old one', async () => {
    await tick();
    await crash();
    await tick(500);
    const stopped = managed.stop();
    await tick();
    expect(managed.state).toBe('stopping');
    done();
    await tick(10);
    expect(managed.state).toBe('stopping');
    done();
    await tick();
    expect([await stopped, managed.state]).toEqual([true, 'stopped']);
  });

  test('is nothing when it could not be started', async () => {
    await tick();
    spawn = () => Promise.reject(new Error('no such program'));
    await crash();
    done();
    await tick(500);
    expect(swept).toEqual(['running']);
  });
});

test('what cannot be started takes the same road', async () => {
  const real = spawn;
  spawn = () => Promise.reject(new Error('no such program'));
  managed.start();
  await tick();
  expect(managed).toMatchObject({ state: 'backoff', lastEnding: { error: { message: 'no such program' } } });
  spawn = real;
  await tick(500);
  expect(managed.state).toBe('running');
});

test('every change of state has a reason', async () => {
  managed.start('because it is time');
  await tick();
  last().end({ code: null, signal: 'SIGSEGV' });
  await tick(500);
  await crash();
  expect(managed.reason).toBe('exited with status 1');
  await managed.stop('because it is late');
  expect(states).toEqual(['starting', 'running', 'backoff', 'starting', 'running', 'backoff', 'stopped']);
  expect(reasons).toEqual(['because it is time', 'ready', 'ended by signal SIGSEGV', 'restart 1', 'ready', 'exited with status 1', 'because it is late']);
});

describe('a process that does its work and ends', () => {
  beforeEach(() => {
    managed = new ManagedProcess({ spawn: () => spawn(), policy: { ...policy, restart: 'no' }, stopSteps });
    managed.on('state', (state, reason) => states.push(`${state}: ${reason}`));
  });
  const finish = async (exit: Exit) => {
    managed.start('it is time');
    await tick();
    last().end(exit);
    await tick(60_000);
  };

  test('is stopped after it, and not started again', async () => {
    await finish({ code: 0, signal: null });
    expect(states).toEqual(['starting: it is time', 'running: ready', 'stopped: exited with status 0']);
    expect(children).toHaveLength(1);
  });

  test('has failed with any other end, and can be started for another try', async () => {
    await finish({ code: 2, signal: null });
    expect(states.at(-1)).toBe('failed: exited with status 2');
    await finish({ code: null, signal: 'SIGKILL' });
    expect(states.at(-1)).toBe('failed: ended by signal SIGKILL');
    spawn = () => Promise.reject(new Error('no such program'));
    managed.start();
    await tick();
    expect(states.at(-1)).toBe('failed: no such program');
  });
});

describe('stop', () => {
  test('of one that has failed makes it stopped, and its failure no longer counts', async () => {
    spawn = () => Promise.reject(new Error('no such program'));
    managed.start();
    await tick(60_000);
    expect(managed).toMatchObject({ state: 'failed', reason: 'no such program; restarted 5 times in a row, which is the limit' });
    expect(await managed.stop()).toBe(true);
    expect(managed.state).toBe('stopped');
  });

  test('ends the process and waits for its exit', async () => {
    stubborn = true;
    managed.start();
    await tick();
    const stopped = managed.stop();
    await tick();
    await tick(10_001);
    expect(await stopped).toBe(true);
    expect(last().signals).toEqual(['SIGINT', 'SIGKILL']);
    expect(states).toEqual(['starting', 'running', 'stopping', 'stopped']);
  });

  test('in backoff cancels the restart', async () => {
    managed.start();
    await tick();
    await crash();
    expect(await managed.stop()).toBe(true);
    await tick(60_000);
    expect(children).toHaveLength(1);
    expect(managed.state).toBe('stopped');
  });

  test('of what was never started, and twice, is nothing special', async () => {
    expect(await managed.stop()).toBe(true);
    managed.start();
    await tick();
    const both = Promise.all([managed.stop(), managed.stop()]);
    await tick(10);
    expect(await both).toEqual([true, true]);
  });

  test('while it is being started ends the process that comes out of it', async () => {
    let spawned!: (child: Child) => void;
    spawn = () => new Promise((resolve) => (spawned = resolve));
    managed.start();
    const stopped = managed.stop();
    children.push(new TestChild(false));
    spawned(last());
    await tick(10);
    expect(await stopped).toBe(true);
    expect(last().signals).toEqual(['SIGINT']);
    expect(states).toEqual(['starting', 'stopping', 'stopped']);
  });

  test('tells when the process does not die; a start meanwhile is refused', async () => {
    managed.start();
    await tick();
    last().kill = () => {};
    const stopped = managed.stop();
    await tick(60_000);
    expect(await stopped).toBe(false);
    expect(() => managed.start()).toThrow('cannot go from stopping to starting');
    await crash();
    expect(managed.state).toBe('stopped');
  });
});

describe('a start', () => {
  test('that takes too long is ended and tried again', async () => {
    ready = () => new Promise(() => {});
    managed.start();
    await tick(30_000);
    await tick(10);
    expect(last().signals).toEqual(['SIGINT']);
    expect(managed).toMatchObject({ state: 'backoff', lastEnding: { error: { code: 'timeout' } } });
  });

  test('whose wait fails is ended and tried again', async () => {
    ready = () => Promise.reject(new Error('wrong answer'));
    managed.start();
    await tick(10);
    expect(managed).toMatchObject({ state: 'backoff', lastEnding: { error: { message: 'wrong answer' } } });
  });

  test('that was ready late, for an older run, does not count for the next', async () => {
    const waits: (() => void)[] = [];
    ready = () => new Promise((resolve) => waits.push(resolve));
    managed.start();
    await tick();
    await crash();
    await tick(500);
    waits[0]!();
    await tick();
    expect(managed.state).toBe('starting');
  });
});

test('a crashed leader leaves nobody behind in its group', async () => {
  vi.useRealTimers();
  let child!: Child;
  const command = ['sh', '-c', 'sleep 60 & exit 9'];
  const start = async () => (child = await spawnChild({ command, env: { PATH: process.env.PATH! } }));
  const real = new ManagedProcess({ spawn: start, policy, stopSteps });
  const ended = new Promise((resolve) => real.once('ended', resolve));
  real.start();
  expect(await ended).toMatchObject({ exit: { code: 9 } });
  await real.stop();
  expect(groupIsAlive(child.identity)).toBe(false);
});
