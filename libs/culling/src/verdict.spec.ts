import { describe, expect, it } from 'vitest';
import { duration, freshness, type ServerFacts, type Signals } from './facts.js';
import { type CullPolicy, idleLimit } from './policy.js';
import { judgeServer } from './verdict.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const ago = (seconds: number) => NOW - seconds * 1000;

const POLICY: CullPolicy = { timeout: { default: 600, named: 600 }, group_timeout: {}, max_age: null, grace: 0 };
const RUNNING: ServerFacts = { name: '', groups: [], pending: null, ready: true, started: ago(5000), lastActivity: ago(10), warning: null };
const SIGNALS: Signals = { reported: ago(60), reportInterval: 300, proxyRead: ago(100), proxyInterval: 300 };
const silent = (signals: Partial<Signals>) => ({ lastActivity: ago(5000), signals: { ...SIGNALS, ...signals } });

type Row = [what: string, facts: Partial<ServerFacts>, policy: Partial<CullPolicy>, code: string, text: string, due: number | null];

const IDLE = { lastActivity: ago(700) };
const never = { default: null, named: null };

const ROWS: Row[] = [
  ['in use', {}, {}, 'in-use', 'idle for 00:00:10, age 01:23:20: idle limit of default servers is 00:10:00', ago(-590)],
  ['idle just long enough', { lastActivity: ago(600) }, {}, 'idle', 'idle for 00:10:00, age 01:23:20: idle limit of default servers is 00:10:00', NOW],
  ['idle not quite long enough', { lastActivity: ago(599.9) }, {}, 'in-use', 'idle for 00:09:59', ago(-0.1)],
  ['activity in the future', { lastActivity: ago(-3600) }, {}, 'in-use', 'idle for 00:00:00', ago(-4200)],
  ['never used: its age counts', { lastActivity: null, started: ago(700) }, {}, 'idle', 'idle for 00:11:40, age 00:11:40', ago(100)],
  ['never used, young', { lastActivity: null, started: ago(7) }, {}, 'in-use', 'idle for 00:00:07', ago(-593)],
  ['no times at all', { lastActivity: null, started: null }, { max_age: 1 }, 'unknown', 'the hub does not tell when it was last used', null],
  ['idle and starting', { ...IDLE, pending: 'spawn', ready: false }, {}, 'not-running', 'its spawn is pending', null],
  ['old and stopping', { ...IDLE, pending: 'stop' }, { max_age: 1 }, 'not-running', 'its stop is pending', null],
  ['idle and stopped', { ...IDLE, ready: false }, {}, 'not-running', 'it does not run', null],
  ['everything is idle at timeout 0', { lastActivity: NOW }, { timeout: { default: 0, named: 0 } }, 'idle', 'idle limit of default servers is 00:00:00', NOW],

  // kinds
  ['its kind is spared', IDLE, { timeout: { default: null, named: 60 } }, 'spared', 'default servers are not culled when idle', null],
  ['the other kind is spared', { ...IDLE, name: 'lab' }, { timeout: { default: null, named: 60 } }, 'idle', 'idle limit of named servers is 00:01:00', ago(640)],
  ['kinds differ: this one has longer', { ...IDLE, name: 'lab' }, { timeout: { default: 60, named: 900 } }, 'in-use', 'named servers is 00:15:00', ago(-200)],

  // groups
  ['a group has longer', { ...IDLE, groups: ['red'] }, { group_timeout: { red: 3600 } }, 'in-use', 'idle limit of the group red is 01:00:00', ago(-2900)],
  ['a group has shorter', { groups: ['red'] }, { group_timeout: { red: 5 } }, 'idle', 'idle limit of the group red is 00:00:05', ago(5)],
  ['of several groups the longest counts', { ...IDLE, groups: ['red', 'blue'] }, { group_timeout: { red: 60, blue: 900 } }, 'in-use', 'the group blue', ago(-200)],
  ['never is the longest', { ...IDLE, groups: ['red', 'blue'] }, { group_timeout: { red: null, blue: 900 } }, 'spared', 'servers of the group red are not culled', null],
  ['another group', { ...IDLE, groups: ['green'] }, { group_timeout: { red: 3600 } }, 'idle', 'default servers', ago(100)],
  ['a kind that is spared stays so', { ...IDLE, groups: ['red'] }, { timeout: never, group_timeout: { red: 60 } }, 'spared', 'default servers', null],

  // age
  ['old, and in use', {}, { max_age: 5000 }, 'too-old', 'age 01:23:20: age limit is 01:23:20', NOW],
  ['not old enough', {}, { max_age: 5001 }, 'in-use', 'age limit is 01:23:21', ago(-1)],
  ['old, its kind spared', { name: 'lab' }, { timeout: never, max_age: 60 }, 'too-old', 'age limit is 00:01:00', ago(4940)],
  ['young, its kind spared', {}, { timeout: never, max_age: 9000 }, 'spared', 'not culled when idle', ago(-4000)],

  // how recent the information is
  ['reports come', silent({}), {}, 'idle', 'idle limit', ago(4400)],
  ['reports are just in time', silent({ reported: ago(600) }), {}, 'idle', '', ago(4400)],
  ['reports have stopped, the proxy is asked', silent({ reported: ago(601), proxyRead: NOW }), {}, 'stale', 'its last report came 00:10:01 ago, and one is due every 00:05:00', null],
  ['reports are rare by agreement', silent({ reported: ago(1200), reportInterval: 600 }), {}, 'idle', '', ago(4400)],
  ['it never reported, the proxy is asked', silent({ reported: null }), {}, 'idle', '', ago(4400)],
  ['it reported in an earlier run only', silent({ reported: ago(6000) }), {}, 'idle', '', ago(4400)],
  ['it never reported, the proxy was lost', silent({ reported: null, proxyRead: ago(601) }), {}, 'stale', 'it never reported; the proxy was asked 00:10:01 ago, and is due every 00:05:00', null],
  ['nobody ever told', silent({ reported: null, proxyRead: null }), {}, 'stale', 'it was started 01:23:20 ago', null],
  ['nobody told, but it has just started', { ...silent({ reported: null, proxyRead: null }), started: ago(500), lastActivity: ago(500) }, { timeout: { default: 60, named: 60 } }, 'idle', '', ago(440)],
  ['in use and stale: in use', { lastActivity: ago(9), signals: { ...SIGNALS, reported: ago(999) } }, {}, 'in-use', '', ago(-591)],
  ['its age is known all the same', silent({ reported: ago(601) }), { max_age: 60 }, 'too-old', 'age limit', ago(4940)],

  // warnings
  ['long before', { lastActivity: ago(400) }, { grace: 100 }, 'in-use', 'idle limit', ago(-200)],
  ['time to warn', { lastActivity: ago(500) }, { grace: 100 }, 'warn', 'idle for 00:08:20', ago(-100)],
  ['late to warn: there is grace all the same', { lastActivity: ago(5000) }, { grace: 100 }, 'warn', '', ago(-100)],
  ['warned', { ...IDLE, warning: { at: ago(-40) } }, { grace: 100 }, 'warned', '00:00:40 are left', ago(-40)],
  ['warned early: not before the limit', { lastActivity: ago(590), warning: { at: ago(1) } }, { grace: 100 }, 'warned', '00:00:10 are left', ago(-10)],
  ['the warning is over', { ...IDLE, warning: { at: ago(1) } }, { grace: 100 }, 'idle', 'idle limit', ago(1)],
  ['over, and looked since', { ...silent({ proxyRead: ago(1) }), warning: { at: ago(2) } }, { grace: 100 }, 'idle', '', ago(2)],
  ['over, and nobody looked since', { ...silent({}), warning: { at: ago(2) } }, { grace: 100 }, 'unconfirmed', 'nobody has looked since', ago(2)],
  ['over, and stale', { ...silent({ reported: ago(999) }), warning: { at: ago(2) } }, { grace: 100 }, 'stale', '', null],
  ['old: warned too', { started: ago(950) }, { max_age: 1000, grace: 100 }, 'warn', 'age limit', ago(-100)],
  ['old, the warning over, in use', { warning: { at: ago(1) } }, { max_age: 1000, grace: 100 }, 'too-old', 'age limit', ago(1)],
];

describe('judgeServer', () => {
  it.each(ROWS)('%s', (_what, facts, policy, code, text, due) => {
    const verdict = judgeServer({ ...RUNNING, ...facts }, { ...POLICY, ...policy }, NOW);
    const action = code === 'warn' ? 'warn' : code === 'idle' || code === 'too-old' ? 'stop' : 'keep';
    expect(verdict).toMatchObject({ action, code, text: expect.stringContaining(text) as unknown, due });
    if (action === 'stop') expect(verdict.ground).toBe(code);
  });

  it('never warns or stops before what it said was due', () => {
    for (const [, facts, policy] of ROWS) {
      const { action, due } = judgeServer({ ...RUNNING, ...facts }, { ...POLICY, ...policy }, NOW);
      if (action === 'stop') expect(due).toBeLessThanOrEqual(NOW);
      else if (action === 'warn') expect(due).toBeGreaterThan(NOW);
    }
  });
});

it('a hub that tells nothing about its sources is believed', () => {
  expect(freshness({ started: null }, NOW)).toMatchObject({ stale: false });
});

it('names that objects have by themselves are no groups', () => {
  expect(idleLimit(POLICY, '', ['constructor', '__proto__'])).toEqual({ seconds: 600, of: 'default servers' });
});

it.each<[number | undefined, string]>([
  [0, '00:00:00'],
  [86_399, '23:59:59'],
  [93_784, '1d 02:03:04'],
  [undefined, 'unknown'],
])('duration of %s is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
