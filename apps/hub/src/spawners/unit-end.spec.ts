import { Logger } from '@nestjs/common';
import { beforeAll, expect, test, vi } from 'vitest';
import { UnavailableError } from '../errors.js';
import type { Systemd, UnitStatus } from './systemd-control.js';
import { unitEnd } from './unit-end.js';

const running: UnitStatus = { isRunning: true, isGone: false, isTransient: true, hasFailed: false, mainPid: 0, exit: 0, outOfMemory: false };
const gone = { ...running, isRunning: false, isGone: true, exit: 5 };

beforeAll(() => Logger.overrideLogger(false));

test('a unit that is started again, or cannot be seen for a while, has not ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const answers = [() => running, () => Promise.reject(new UnavailableError('systemd is busy')), () => ({ ...running, mainPid: process.pid }), () => gone];
  const asked = vi.fn(async () => answers[Math.min(asked.mock.calls.length, answers.length) - 1]!());
  let status: number | undefined;
  void unitEnd({ status: asked } as unknown as Systemd, 'u').then((exit) => (status = exit));
  await vi.advanceTimersByTimeAsync(60_000);
  // its main process, this one, lives: nobody asks any more
  expect([asked.mock.calls.length, status]).toEqual([3, undefined]);
  vi.useRealTimers();
});

test('how it has ended is told', async () => {
  expect(await unitEnd({ status: async () => gone } as unknown as Systemd, 'u')).toBe(5);
});
