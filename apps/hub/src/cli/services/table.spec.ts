import { expect, test } from 'vitest';
import type { Service, ServiceRun } from '#hub-client';
import { describeRun, isUnwell, outcomeOf, runStatus } from './outcome.js';
import { ago, serviceDetails, serviceTable } from './table.js';

const now = new Date('2026-11-20T12:00:00Z');
const run = (more: Partial<ServiceRun> = {}): ServiceRun => ({
  ...{ state: 'running', reason: 'ready', waiting_for: [], since: '2026-11-20T11:58:30Z', restarts: 2, start_limit: 0, next_start: null, exit: null, health: { status: 'unknown', readiness: null, liveness: null }, events: [] },
  ...more,
});
const service = (name: string, pid: number, elara?: ServiceRun): Service => ({ kind: 'service', name, pid, ...(elara && { elara }) });
const stream = (isTTY: boolean) => ({ isTTY }) as NodeJS.WriteStream;
const waiting = run({ state: 'backoff', reason: 'exited with status 3', next_start: '2026-11-20T12:00:04Z' });

test('a table has a line for each service, and colours on a terminal only', () => {
  const schedule = { cron: '0 3 * * *', timezone: null, missed: 'skip', last_run: null } as const;
  const nightly = run({ state: 'stopped', reason: 'exited with status 0', restarts: 0, next_start: '2026-11-21T03:00:00Z', schedule });
  const services = [service('cull-idle', 17, run()), service('board', 0, waiting), service('other', 0), service('backup', 0, nightly)];
  const plain = serviceTable(services, now, stream(false));
  expect(plain).toBe(
    'SERVICE    STATE     SINCE       PID  RESTARTS  REASON\n' +
      'cull-idle  running   1 min 30 s  17   2         ready\n' +
      'board      backoff   1 min 30 s  -    2         exited with status 3; next start in 4 s\n' +
      'other      external  -           -    -         the hub does not run it\n' +
      'backup     stopped   1 min 30 s  -    0         exited with status 0; next run in 15 h\n',
  );
  const coloured = serviceTable(services, now, stream(true));
  expect(coloured).toContain('\u001b[33mbackoff \u001b[0m');
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('the details are the last events', () => {
  const events = [{ time: '2026-11-20T11:59:00Z', state: 'starting', reason: 'the hub starts' }] as const;
  expect(serviceDetails(service('a', 1, run({ events: [...events] })), now)).toBe('\nLast events of a:\n     1 min ago  starting  the hub starts\n');
  expect(serviceDetails(service('a', 0), now)).toBe('');
});

test.each([
  ['2026-11-20T12:00:00Z', '0 s'],
  ['2026-11-20T12:00:30Z', '0 s'],
  ['2026-11-20T11:59:59Z', '1 s'],
  ['2026-11-20T10:59:00Z', '1 h 1 min'],
  ['2026-11-17T11:59:50Z', '3 d 10 s'],
])('%s is %s ago', (from, text) => expect(ago(from, now)).toBe(text));

test.each([
  ['start', 'starting', 'under way'],
  ['start', 'running', 'done'],
  ['start', 'backoff', 'failed'],
  ['start', 'stopped', 'failed'],
  ['restart', 'stopping', 'under way'],
  ['restart', 'failed', 'failed'],
  ['stop', 'stopping', 'under way'],
  ['stop', 'stopped', 'done'],
  ['stop', 'running', 'failed'],
] as const)('after %s, %s means %s', (command, state, outcome) => expect(outcomeOf(command, { state })).toBe(outcome));

test('a service that has failed or waits for a restart is unwell', () => {
  const states = ['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed'] as const;
  expect(states.filter((state) => isUnwell({ state }))).toEqual(['backoff', 'failed']);
  expect(isUnwell(undefined)).toBe(false);
});

test.each([
  [{ code: 0, signal: null, error: null }, 'job: run 3 exited with status 0, after 1.5 s', 0],
  [{ code: 7, signal: null, error: null }, 'job: run 3 exited with status 7, after 1.5 s', 7],
  [{ code: null, signal: 'SIGKILL', error: null }, 'job: run 3 ended by signal SIGKILL, after 1.5 s', 1],
  [{ code: 0, signal: null, error: 'not done within 9 s' }, 'job: run 3 not done within 9 s, after 1.5 s', 1],
])('a run that ended with %j', (exit, text, status) => {
  const last = { number: 3, cause: 'request', started: '', ended: '', duration_seconds: 1.5, exit } as const;
  expect([describeRun('job', last), runStatus(last)]).toEqual([text, status]);
});
