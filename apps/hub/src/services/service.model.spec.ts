import { expect, test } from 'vitest';
import { expandScopes, parseScopes } from '#scopes';
import type { ServiceRow } from '../database/tables.js';
import { serviceOf } from './service.js';
import { serviceModel, serviceRowModel } from './service.model.js';

const scopes = (...raw: string[]) => parseScopes(expandScopes(raw, {}));
const service = serviceOf({ name: 'x', command: ['run'] }, { id: 1, fromConfig: true, baseUrl: '/' });
const facts = { service, roles: ['r'] };
const base = { kind: 'service', name: 'x', admin: false };
const details = { url: '', prefix: '', command: ['run'], pid: 0, info: {}, display: true };

test.each([
  ['read:services', { ...base, ...details }],
  ['read:services:name', base],
  ['read:roles:services', { ...base, roles: ['r'] }],
  ['admin:services', { ...base, ...details, roles: ['r'] }],
  ['read:services!service=x', { ...base, ...details }],
  ['read:services!service=y', undefined],
  ['read:users', undefined],
])('with %s', (scope, expected) => expect(serviceModel(facts, scopes(scope))).toEqual(expected));

test('those who may read it see how it runs', () => {
  const at = new Date('2026-11-20T08:00:00Z');
  const reason = 'exited with status 1';
  const lastEnding = { exit: { code: 1, signal: null }, at };
  const events = [{ time: at, state: 'backoff', reason }] as const;
  const findings = { readiness: { healthy: true, inRow: 4, checked: at }, liveness: { healthy: false, inRow: 3, problem: 'no answer', checked: at } };
  const run = { state: 'backoff', reason, waitingFor: ['db'], since: at, restarts: 3, startLimit: 20, pid: 0, nextStart: at, lastEnding, events, findings } as const;
  expect(serviceModel({ ...facts, run }, scopes('read:services'))?.elara).toEqual({
    state: 'backoff',
    reason,
    waiting_for: ['db'],
    since: at.toISOString(),
    restarts: 3,
    start_limit: 20,
    next_start: at.toISOString(),
    exit: { code: 1, signal: null, error: null, at: at.toISOString() },
    health: {
      status: 'unhealthy',
      readiness: { healthy: true, in_row: 4, problem: null, checked: at.toISOString() },
      liveness: { healthy: false, in_row: 3, problem: 'no answer', checked: at.toISOString() },
    },
    events: [{ time: at.toISOString(), state: 'backoff', reason }],
  });
  expect(serviceModel({ ...facts, run }, scopes('read:services:name'))).toEqual(base);
});

test('the owner of a token is shown from its row: what was never set is null', () => {
  const row = { id: 1, name: 'x', admin: 1, url: null, info: null, display: null, command: null, pid: null } as ServiceRow;
  expect(serviceRowModel(row, ['admin'], scopes('admin:services'))).toEqual({
    ...base,
    admin: true,
    roles: ['admin'],
    url: null,
    prefix: '',
    command: [],
    pid: 0,
    info: null,
    display: null,
  });
  expect(serviceRowModel(row, [], scopes())).toEqual({ ...base, admin: true });
});
