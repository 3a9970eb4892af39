import { expect, test } from 'vitest';
import { activityReport } from './activity-report.js';

const NOW = Date.parse('2026-11-20T08:00:00Z');
const userAt = (text: unknown) => activityReport({ last_activity: text }, NOW).user?.toISOString();

test.each([
  ['2026-11-20T07:59:59.123456Z', '2026-11-20T07:59:59.123Z'],
  ['2026-11-20 07:59:59', '2026-11-20T07:59:59.000Z'],
  ['2026-11-20T08:59:59+01:00', '2026-11-20T07:59:59.000Z'],
  ['2026-11-20T08:59:59+0100', '2026-11-20T07:59:59.000Z'],
  ['2026-11-20T07:59', '2026-11-20T07:59:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['Fri, 20 Nov 2026 07:59:59 GMT', '2026-11-20T07:59:59.000Z'],
  ['2026-11-20T08:59:00Z', '2026-11-20T08:59:00.000Z'],
])('%s is %s', (text, expected) => expect(userAt(text)).toBe(expected));

test.each(['yesterday evening', 'abc 1', '5', 5, true, {a: 1}, '2026-13-40T00:00:00Z', '2026-11-20T25:00:00Z'])('%j is no timestamp', (text) => {
  expect(() => userAt(text)).toThrow(/^Not a valid timestamp: /);
});

test('the future is refused', () => {
  expect(() => userAt('2026-11-20T09:00:00Z')).toThrow('Rejecting activity from more than an hour in the future: 2026-11-20T09:00:00.000Z');
});

test.each([null, 'x', ['x'], 5])('%j is no report', (body) => expect(() => activityReport(body, NOW)).toThrow('body must be a json dict'));
test.each([{}, { last_activity: null }, { servers: {} }, { last_activity: '', servers: [] }, { other: 1 }])('%j says nothing', (body) => {
  expect(() => activityReport(body, NOW)).toThrow('at least one of');
});
test.each([{ servers: ['x'] }, { servers: { lab: 5 } }, { servers: { lab: {} } }, { servers: 'x' }])('%j has no shape', (body) => {
  expect(() => activityReport(body, NOW)).toThrow('servers must be a dict');
});

test('servers by name', () => {
  const at = { last_activity: '2026-11-20T07:00:00Z' };
  expect([...activityReport({ servers: { '': at, lab: at } }, NOW).servers.keys()]).toEqual(['', 'lab']);
});
