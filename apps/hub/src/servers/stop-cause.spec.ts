import { expect, it } from 'vitest';
import { type StopCause, stopDetail, stopText } from './stop-cause.js';

const WARNING = { at: '', reason: 'idle for 01:00:00', idleSince: null, started: null };

it.each<[StopCause, boolean, string]>([
  [{ code: 'asked', by: 'user ada' }, false, 'Stopped on request'],
  [{ code: 'asked', by: 'user boss' }, true, 'Stopped by boss'],
  [{ code: 'asked', by: 'service cull-idle' }, true, 'Stopped by cull-idle (idle for 01:00:00)'],
  [{ code: 'asked', by: 'service cull-idle' }, false, 'Stopped by cull-idle'],
  [{ code: 'exited', status: 3 }, false, 'It ended by itself (exit status 3)'],
  [{ code: 'exited', status: -9 }, true, 'It ended by itself (signal 9)'],
  [{ code: 'exited' }, false, 'It ended by itself'],
  [{ code: 'logout' }, false, 'Stopped at the log-out'],
  [{ code: 'blocked' }, false, 'Stopped, because the account is blocked'],
  [{ code: 'hub' }, false, 'Stopped together with the hub'],
])('%j is told as it was', (cause, warned, text) => {
  const detail = stopDetail(cause, warned ? WARNING : null);
  expect(stopText({ code: cause.code, by: cause.by ?? null, detail }, 'ada')).toBe(text);
});
