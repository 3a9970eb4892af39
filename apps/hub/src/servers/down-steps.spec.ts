import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stopProcess } from './down-steps.js';
import type { ServerRun } from './server-run.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server whose driver fails so often with this error before it stops it. */
function runThatFails(times: number, code: string) {
  let left = times;
  const stop = vi.fn(() => (left-- > 0 ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve()));
  const record = { user: { name: 'ada' }, name: '', driverState: null, memo: null };
  return { stop, run: { tools: { spawner: { stop } }, record, logName: 'ada', resumed: false, running: { state: { pid: 7 }, memo: null } } as unknown as ServerRun };
}

test('a hub without a file to spare tries again, so that no process is forgotten', async () => {
  const { stop, run } = runThatFails(3, 'EMFILE');
  const stopped = stopProcess(run);
  await vi.advanceTimersByTimeAsync(3000);
  await stopped;
  expect(stop).toHaveBeenCalledTimes(4);
});

test('it does not try for ever, and what waiting does not mend is told at once', async () => {
  const shortage = runThatFails(Infinity, 'ENOMEM');
  const given = expect(stopProcess(shortage.run)).rejects.toThrow('ENOMEM');
  await vi.advanceTimersByTimeAsync(60_000);
  await given;
  expect(shortage.stop).toHaveBeenCalledTimes(30);
  const forbidden = runThatFails(Infinity, 'EPERM');
  await expect(stopProcess(forbidden.run)).rejects.toThrow('EPERM');
  expect(forbidden.stop).toHaveBeenCalledTimes(1);
});
