import { describe, expect, test } from 'vitest';
import { UnavailableError } from '../errors.js';
import { Systemd, unitStatus } from './systemd-control.js';

const said = (state: string, { pid = 0, result = 'success', code = 0, status = 0 } = {}) => `MainPID=${pid}\nResult=${result}\nExecMainCode=${code}\nExecMainStatus=${status}\nActiveState=${state}\nTransient=yes\n`;

describe('how a unit is', () => {
  test.each([
    ['that runs', said('active', { pid: 12 }), { isRunning: true, isGone: false, isTransient: true, hasFailed: false, mainPid: 12, exit: 0, outOfMemory: false }],
    ['that systemd starts again', said('activating', { code: 1, status: 3 }), { isRunning: true, isGone: false, exit: 3 }],
    ['that is being stopped', said('deactivating', { pid: 12 }), { isRunning: false, isGone: false, mainPid: 12 }],
    ['that systemd does not know', said('inactive'), { isRunning: false, isGone: true, hasFailed: false, mainPid: 0, exit: 0 }],
    ['that has ended with a status', said('failed', { result: 'exit-code', code: 1, status: 3 }), { isGone: true, hasFailed: true, exit: 3 }],
    ['that a signal has ended', said('failed', { result: 'signal', code: 2, status: 9 }), { isGone: true, hasFailed: true, exit: -9, outOfMemory: false }],
    ['that had no memory left', said('failed', { result: 'oom-kill', code: 2, status: 9 }), { exit: -9, outOfMemory: true }],
  ])('%s', (_what, text, expected) => expect(unitStatus(text)).toMatchObject(expected));

  test('cannot be seen from something else', () => expect(() => unitStatus('Failed to connect to bus')).toThrow(UnavailableError));
});

test('a command that is not there is told, and not taken for a unit that has ended', async () => {
  await expect(new Systemd('/nowhere').status('u')).rejects.toThrow(/^cannot run systemctl show: because .*ENOENT/);
});
