import { expect, test } from 'vitest';
import { InvalidInputError } from '../errors.js';
import { RequestBody } from './lazy-body.js';

const json = (text: string) => new RequestBody(Buffer.from(text)).json();
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('an empty body is null, and spaces around do not count', () => {
  expect(new RequestBody(undefined).json()).toBeNull();
  expect(json(' \n')).toBeNull();
  expect(json(' {"a": 1} ')).toEqual({ a: 1 });
});

test.each(['{', "{'a': 1}", 'nonsense', nested(101), `{"a":${nested(100)}}`, nested(1_000_000)])('%.20s is refused', (text) => {
  expect(() => json(text)).toThrow(InvalidInputError);
});

test.each([nested(100), `[${'[],'.repeat(1000)}[]]`, JSON.stringify('['.repeat(1000)), '["\\\\", "\\"[[[[", []]'])('%.30s is read', (text) => {
  expect(json(text)).toEqual(JSON.parse(text));
});
