import { describe, expect, test } from 'vitest';
import { dueRun, isSchedule, isTimezone, nextRun, type Schedule } from './schedule.js';

const berlin = (cron: string, missed: Schedule['missed'] = 'skip'): Schedule => ({ cron, timezone: 'Europe/Berlin', missed });
const at = (text: string) => new Date(text);

/** The first times after a moment, as a hub that never sleeps finds them, looking once a second. */
function runs(schedule: Schedule, from: string, count: number): string[] {
  const found: string[] = [];
  for (let handled = at(from); found.length < count; ) {
    const now = nextRun(schedule, handled);
    const verdict = dueRun(schedule, handled, now);
    if (verdict.what !== 'run') throw new Error(`nothing is due at ${now.toISOString()}`);
    handled = verdict.due;
    found.push(`${handled.toISOString().slice(5, 16)}Z`);
  }
  return found;
}

describe('times', () => {
  test('are those of the time zone', () => {
    expect(nextRun({ cron: '0 3 * * *', timezone: 'America/New_York', missed: 'skip' }, at('2026-01-15T00:00:00Z'))).toEqual(at('2026-01-15T08:00:00Z'));
    expect(nextRun({ cron: '0 3 * * *', timezone: 'Asia/Kolkata', missed: 'skip' }, at('2026-01-15T00:00:00Z'))).toEqual(at('2026-01-15T21:30:00Z'));
    expect(nextRun({ cron: '*/10 * * * * *', timezone: '', missed: 'skip' }, at('2026-01-15T00:00:01Z'))).toEqual(at('2026-01-15T00:00:10Z'));
  });

  test.each([
    // 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00
    ['a time that is jumped over comes when the clock has jumped', '30 2 * * *', '2026-03-28T00:00Z', ['03-28T01:30Z', '03-29T01:30Z', '03-30T00:30Z']],
    ['a time that comes twice counts once', '30 2 * * *', '2026-10-24T00:00Z', ['10-24T00:30Z', '10-25T00:30Z', '10-26T01:30Z']],
    ['every hour is every hour when it jumps', '0 * * * *', '2026-03-29T00:30Z', ['03-29T01:00Z', '03-29T02:00Z', '03-29T03:00Z']],
    ['and when one comes twice', '0 * * * *', '2026-10-24T23:30Z', ['10-25T00:00Z', '10-25T01:00Z', '10-25T02:00Z', '10-25T03:00Z']],
    ['other days know nothing of it', '30 2 * * 1-5', '2026-03-27T12:00Z', ['03-30T00:30Z', '03-31T00:30Z']],
  ])('%s', (_what, cron, from, expected) => expect(runs(berlin(cron), from, expected.length)).toEqual(expected));

  test('29 February waits for its year', () => {
    expect(nextRun(berlin('0 3 29 2 *'), at('2026-03-01T00:00Z'))).toEqual(at('2028-02-29T02:00:00Z'));
  });
});

describe('a look at the clock', () => {
  const daily = (missed: Schedule['missed'] = 'skip'): Schedule => ({ cron: '0 3 * * *', timezone: 'UTC', missed });
  const yesterday = at('2026-06-01T03:00:00Z');
  const today = at('2026-06-02T03:00:00Z');

  test.each([
    ['2026-06-02T02:59:59.999Z', { what: 'wait' }],
    ['2026-06-02T03:00:00Z', { what: 'run', due: today, trigger: 'schedule' }],
    ['2026-06-02T03:01:00Z', { what: 'run', due: today, trigger: 'schedule' }],
    ['2026-06-02T03:01:00.001Z', { what: 'skip', due: today }],
    ['2026-06-05T02:00:00Z', { what: 'skip', due: at('2026-06-04T03:00:00Z') }],
    // the clock was set back: what was dealt with is not done again
    ['2026-05-31T03:00:00Z', { what: 'wait' }],
  ])('at %s', (now, verdict) => expect(dueRun(daily(), yesterday, at(now))).toEqual(verdict));

  test('what was missed, however often, is made up for once', () => {
    expect(dueRun(daily('run-once'), yesterday, at('2026-06-09T12:00:00Z'))).toEqual({ what: 'run', due: at('2026-06-09T03:00:00Z'), trigger: 'missed' });
    expect(dueRun(daily('run-once'), at('2026-06-09T03:00:00Z'), at('2026-06-09T12:00:00Z'))).toEqual({ what: 'wait' });
  });

  test('after a year of missed minutes the answer comes at once', () => {
    const minutely: Schedule = { cron: '* * * * *', timezone: 'UTC', missed: 'skip' };
    const begun = performance.now();
    expect(dueRun(minutely, at('2025-06-01T00:00:00Z'), at('2026-06-01T00:00:30Z'))).toEqual({ what: 'run', due: at('2026-06-01T00:00:00Z'), trigger: 'schedule' });
    expect(performance.now() - begun).toBeLessThan(1000);
    // of many that were missed, none stands for all
    const nightly: Schedule = { cron: '* 3 * * *', timezone: 'UTC', missed: 'run-once' };
    const verdict = dueRun(nightly, at('2025-06-01T00:00:00Z'), at('2026-06-01T12:00:00Z'));
    expect(verdict).toMatchObject({ what: 'run', trigger: 'missed' });
    expect(dueRun(nightly, (verdict as { due: Date }).due, at('2026-06-01T12:00:01Z'))).toEqual({ what: 'wait' });
  });
});

test.each([
  ['17 * * * *', true],
  ['0 3 * * MON-FRI', true],
  ['0 0 3 1,15 * *', true],
  ['', false],
  ['@daily', false],
  ['0 3 * *', false],
  ['0 3 31 2 *', false],
  ['61 * * * *', false],
  ['H 3 * * *', false],
  ['nonsense', false],
])('%j as a schedule: %s', (cron, expected) => expect(isSchedule(cron)).toBe(expected));

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Mars/Base', false],
  ['', false],
])('%j as a time zone: %s', (name, expected) => expect(isTimezone(name)).toBe(expected));
