import { expect, test } from 'vitest';
import { type CullWarning, standingWarning } from './cull-warning.js';
import type { ServerRecord } from './server-record.js';

const [nine, ten, eleven] = ['09', '10', '11'].map((hour) => `2026-01-01 ${hour}:00:00.000000`) as [string, string, string];
const WARNING: CullWarning = { at: eleven, reason: 'idle', idleSince: ten, started: nine };

type Row = [what: string, record: Partial<ServerRecord>, lastActivity: string | null, stands: boolean];

test.each<Row>([
  ['idle as before', {}, ten, true],
  ['idle as before, to the microsecond', {}, ten.replace('.000000', '.000999'), true],
  ['used since', {}, eleven, false],
  ['never used', {}, null, true],
  ['used since, which does not matter', { warning: { ...WARNING, idleSince: null } }, eleven, true],
  ['stopping', { state: 'stop-pending' }, ten, false],
  ['started anew', { started: ten }, ten, false],
  ['never warned', { warning: null }, ten, false],
])('%s', (_what, record, lastActivity, stands) => {
  const full = { state: 'ready' as const, started: nine, warning: WARNING, ...record };
  expect(standingWarning(full, lastActivity)).toBe(stands ? full.warning : null);
});
