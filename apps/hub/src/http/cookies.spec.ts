import { expect, test } from 'vitest';
import { clearedCookie, cookieValues, readSignedValue, serializeCookie, signValue } from './cookies.js';

const secret = Buffer.from('00'.repeat(32), 'hex');
const DAY = 86_400_000;

test('a signed value has the form that Tornado writes', () => {
  const signed = signValue(secret, 'jupyterhub-hub-login', 'cookie-id', 1_700_000_000_000);
  expect(signed).toMatch(/^2\|1:0\|10:1700000000\|20:jupyterhub-hub-login\|12:Y29va2llLWlk\|[0-9a-f]{64}$/);
});

test('a value that Tornado signed is understood, and ours is the same', () => {
  const byTornado = '2|1:0|10:1700000000|4:name|8:dmFsdWU=|ed5a5d79c665fd4e45a3d19927442f4e7c92a4956f41521cd0ba080ae70af05f';
  expect(readSignedValue(secret, 'name', byTornado, 14, 1_700_000_000_000)).toBe('value');
  expect(signValue(secret, 'name', 'value', 1_700_000_000_000)).toBe(byTornado);
});

test('a signed value is good under its name, with its key, and for its time', () => {
  const signed = signValue(secret, 'n', 'v', 0);
  expect(readSignedValue(secret, 'n', signed, 14, 14 * DAY - 1)).toBe('v');
  expect(readSignedValue(secret, 'n', signed, 14, 14 * DAY)).toBeUndefined();
  expect(readSignedValue(secret, 'other', signed, 14, 0)).toBeUndefined();
  expect(readSignedValue(Buffer.alloc(32, 1), 'n', signed, 14, 0)).toBeUndefined();
  expect(readSignedValue(secret, 'n', signed.replace('dg==', 'dw=='), 14, 0)).toBeUndefined();
});

test.each(['', '2|', 'x'.repeat(10_000), '1|a|b|c'])('what is no signed value is nothing: %.20s', (text) => {
  expect(readSignedValue(secret, 'n', text, 14)).toBeUndefined();
});

test('cookies of one name may come several times, quoted or not', () => {
  expect(cookieValues('a=1; b="x|y"; a=2;c', 'a')).toEqual(['1', '2']);
  expect(cookieValues('a=1; b="x|y"', 'b')).toEqual(['x|y']);
  expect(cookieValues(undefined, 'a')).toEqual([]);
});

test('attributes are written out; a cleared cookie lies in the past', () => {
  expect(serializeCookie('a', 'x|y', { path: '/hub/', httpOnly: true, sameSite: 'Lax', secure: true })).toBe(
    'a="x|y"; HttpOnly; Path=/hub/; SameSite=Lax; Secure',
  );
  expect(clearedCookie('a', { path: '/' })).toBe('a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/');
});
