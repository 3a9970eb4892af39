import { expect, test } from 'vitest';
import { fromDbBoolean, fromDbBytes, fromDbJson, fromDbTime, toDbJson, toDbTime, toWireTime } from './values.js';

test('times are naive UTC text with six digits in the database, ISO with Z on the wire', () => {
  const moment = new Date('2026-11-20T08:12:47.620Z');
  expect(toDbTime(moment)).toBe('2026-11-20 08:12:47.620000');
  expect(fromDbTime('2026-11-20 08:12:47.620884')).toEqual(moment);
  expect(toWireTime('2026-11-20 08:12:47.620884')).toBe('2026-11-20T08:12:47.620884Z');
  expect([fromDbTime(null), toWireTime(null)]).toEqual([null, null]);
});

test('a fraction of zero is left out on the wire', () => {
  expect(toWireTime('2026-11-20 08:12:40.000000')).toBe('2026-11-20T08:12:40Z');
  expect(toWireTime('2026-11-20 08:12:40')).toBe('2026-11-20T08:12:40Z');
});

test.each([
  [{ a: [1, null, 'x'], b: { c: true } }, '{"a": [1, null, "x"], "b": {"c": true}}'],
  [[], '[]'],
  [{}, '{}'],
  [{ gone: undefined, name: 'ü李\u{1f600}' }, '{"name": "\\u00fc\\u674e\\ud83d\\ude00"}'],
  ['a: b, c', '"a: b, c"'],
])('JSON is written as Python writes it: %j', (value, text) => {
  expect(toDbJson(value)).toBe(text);
  expect(fromDbJson(text, undefined)).toEqual(JSON.parse(JSON.stringify(value)));
});

test('an empty column reads as the fallback', () => {
  expect([fromDbJson(null, []), fromDbJson('', {})]).toEqual([[], {}]);
});

test('bytes are read in the form of either database', () => {
  const bytes = Buffer.from('gAAAA');
  expect([fromDbBytes(bytes), fromDbBytes(`\\x${bytes.toString('hex')}`)]).toEqual([bytes, bytes]);
});

test.each([
  [true, true],
  [1, true],
  [false, false],
  [0, false],
  [null, false],
  ['f', false],
  ['t', false],
])('%j as a boolean is %s', (stored, value) => {
  expect(fromDbBoolean(stored as boolean)).toBe(value);
});
