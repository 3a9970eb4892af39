import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { notifySystemd, watchdogSeconds } from './systemd.js';

test.each([
  ['not started by systemd', {}, 0],
  ['no watchdog in the unit', { NOTIFY_SOCKET: '/run/systemd/notify' }, 0],
  ['WatchdogSec=60', { WATCHDOG_USEC: '60000000' }, 30],
  ['WatchdogSec=1', { WATCHDOG_USEC: '1000000', WATCHDOG_PID: String(process.pid) }, 0.5],
  ['meant for the process that started us', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.ppid) }, 0],
  ['nonsense', { WATCHDOG_USEC: 'soon' }, 0],
  ['empty', { WATCHDOG_USEC: '' }, 0],
])('%s: %j means a sign of life every %d seconds', (_case, env, seconds) => {
  expect(watchdogSeconds(env)).toBe(seconds);
});

describe('without a command to tell systemd with', () => {
  const warn = vi.spyOn(Logger.prototype, 'warn');

  beforeEach(() => {
    vi.stubEnv('PATH', '/nowhere');
    warn.mockReset().mockReturnValue(undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  test('nothing is tried when systemd did not start us', async () => {
    vi.stubEnv('NOTIFY_SOCKET', '');
    await notifySystemd('READY=1');
    expect(warn).not.toHaveBeenCalled();
  });

  test('the hub goes on, and says that it could not tell', async () => {
    vi.stubEnv('NOTIFY_SOCKET', '/nowhere/notify');
    await notifySystemd('READY=1');
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('cannot tell systemd READY=1: because'));
  });
});
