import { describe, expect, it } from 'vitest';
import type { Server, User } from '#hub-client';
import { duration, judgeServer, judgeUser, secondsSince, type CullPolicy } from './cull.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const POLICY: CullPolicy = {
  timeout: 600,
  maxAge: 0,
  cullUsers: true,
  cullAdminUsers: true,
  cullDefaultServers: true,
  cullNamedServers: true,
};

const server = (fields: Partial<Server>): Server => ({
  name: '',
  last_activity: ago(10),
  started: ago(5_000),
  pending: null,
  ready: true,
  stopped: false,
  url: '/user/ana/',
  ...fields,
});

describe('judgeServer', () => {
  it.each<[string, Partial<Server>, Partial<CullPolicy>, boolean, string]>([
    ['in use', {}, {}, false, 'idle for 00:00:10, age 01:23:20: idle limit is 00:10:00'],
    ['idle just long enough', { last_activity: ago(600) }, {}, true, 'idle for 00:10:00, age 01:23:20: idle limit is 00:10:00'],
    ['idle not quite long enough', { last_activity: ago(599.9) }, {}, false, 'idle for 00:09:59'],
    ['activity in the future', { last_activity: ago(-3_600) }, {}, false, 'idle for 00:00:00'],
    ['never used: its age counts', { last_activity: null, started: ago(700) }, {}, true, 'idle for 00:11:40, age 00:11:40'],
    ['never used, young', { last_activity: null, started: ago(7) }, {}, false, 'idle for 00:00:07'],
    [
      'no times at all',
      { last_activity: null, started: null },
      { maxAge: 1 },
      false,
      'the hub does not tell when it was last used',
    ],
    ['not a time', { last_activity: 'soon', started: null }, {}, false, 'the hub does not tell'],
    ['idle and starting', { last_activity: ago(9_999), pending: 'spawn', ready: false }, {}, false, 'its spawn is pending'],
    ['idle and stopping', { last_activity: ago(9_999), pending: 'stop' }, { maxAge: 1 }, false, 'its stop is pending'],
    ['idle and stopped', { last_activity: ago(9_999), ready: false, stopped: true }, {}, false, 'it is not ready'],
    ['old, and in use', {}, { maxAge: 5_000 }, true, 'age 01:23:20: age limit is 01:23:20'],
    ['not old enough', {}, { maxAge: 5_001 }, false, 'idle limit'],
    [
      'idle, default servers spared',
      { last_activity: ago(700) },
      { cullDefaultServers: false },
      false,
      'default servers are not culled when idle',
    ],
    [
      'idle, named servers spared',
      { name: 'lab', last_activity: ago(700) },
      { cullNamedServers: false },
      false,
      'named servers are not culled when idle',
    ],
    ['idle, the other kind spared', { name: 'lab', last_activity: ago(700) }, { cullDefaultServers: false }, true, 'idle limit'],
    ['old, its kind spared', { name: 'lab' }, { cullNamedServers: false, maxAge: 60 }, true, 'age limit is 00:01:00'],
    ['everything is idle at timeout 0', { last_activity: ago(0) }, { timeout: 0 }, true, 'idle limit is 00:00:00'],
  ])('%s', (_what, fields, policy, cull, reason) => {
    const verdict = judgeServer(server(fields), { ...POLICY, ...policy }, NOW);
    expect(verdict.cull).toBe(cull);
    expect(verdict.reason).toContain(reason);
  });
});

describe('judgeUser', () => {
  it.each<[string, Partial<User>, Partial<CullPolicy>, boolean, string]>([
    ['active', { last_activity: ago(1), created: ago(9_999) }, {}, false, 'idle for 00:00:01'],
    ['idle', { last_activity: ago(700), created: ago(9_999) }, {}, true, 'idle limit'],
    ['never active: since created', { last_activity: null, created: ago(700) }, {}, true, 'idle for 00:11:40'],
    ['new', { last_activity: null, created: ago(7) }, {}, false, 'idle for 00:00:07'],
    ['times not shown', {}, {}, false, 'the hub does not tell'],
    ['idle admin', { admin: true, last_activity: ago(700) }, {}, true, 'idle limit'],
    [
      'idle admin, admins spared',
      { admin: true, last_activity: ago(700) },
      { cullAdminUsers: false },
      false,
      'admins are not culled when idle',
    ],
    [
      'old admin, admins spared',
      { admin: true, last_activity: ago(700), created: ago(999) },
      { cullAdminUsers: false, maxAge: 900 },
      true,
      'age limit',
    ],
  ])('%s', (_what, fields, policy, cull, reason) => {
    const verdict = judgeUser({ kind: 'user', name: 'ana', ...fields }, { ...POLICY, ...policy }, NOW);
    expect(verdict.cull).toBe(cull);
    expect(verdict.reason).toContain(reason);
  });
});

describe('secondsSince', () => {
  it.each<[string | null, number | undefined]>([
    ['2026-11-20T11:59:50.500000Z', 9.5],
    ['2026-11-20T11:59:50', 10],
    ['2026-11-20T13:59:50+02:00', 10],
    [null, undefined],
    ['', undefined],
    ['never', undefined],
  ])('%s is %s', (timestamp, seconds) => {
    expect(secondsSince(timestamp, NOW)).toBe(seconds);
  });
});

describe('duration', () => {
  it.each<[number | undefined, string]>([
    [0, '00:00:00'],
    [86_399, '23:59:59'],
    [93_784, '1d 02:03:04'],
    [undefined, 'unknown'],
  ])('%s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
