import { expect, test } from 'vitest';
import { expiryOf, tokenRequest } from './token-request.js';

test.each([[null], [undefined], [{}], [[]], [''], [0], [false]])('%j asks for nothing in particular', (json) => {
  expect(tokenRequest(json)).toMatchObject({});
});

test.each([
  ['x', 'Body must be a JSON dict or empty'],
  [['x'], 'Body must be a JSON dict or empty'],
  [{ scopes: 'read:users' }, 'token scopes must be null or a list of strings'],
  [{ roles: [1] }, 'token roles must be null or a list of strings'],
  [{ scopes: [], roles: [] }, 'Can only assign one of scopes or roles'],
  [{ expires_in: 1.5 }, 'token expires_in must be null or integer, not 1.5'],
  [{ expires_in: '60' }, 'token expires_in must be null or integer'],
  [{ expires_in: -5 }, 'expires_in must be a positive integer or null, not -5'],
])('%j is refused', (json, message) => {
  expect(() => tokenRequest(json)).toThrow(message);
});

test('a note is text of bounded length', () => {
  expect(tokenRequest({ note: 7 }).note).toBe('7');
  expect(tokenRequest({ note: 'n'.repeat(5000) }).note).toHaveLength(1023);
});

test('a token lives as long as asked for, and never longer than the limit', () => {
  expect(expiryOf(60, 0, 0)).toEqual(new Date(60_000));
  expect([expiryOf(undefined, 0, 0), expiryOf(0, 0, 0)]).toEqual([null, null]);
  expect(expiryOf(undefined, 3600, 0)).toEqual(new Date(3_600_000));
  expect(expiryOf(0, 3600, 0)).toEqual(new Date(3_600_000));
  expect(() => expiryOf(3601, 3600, 0)).toThrow('must not exceed 3600');
  expect(expiryOf(Number.MAX_SAFE_INTEGER, 0)?.getUTCFullYear()).toBe(9999);
});
