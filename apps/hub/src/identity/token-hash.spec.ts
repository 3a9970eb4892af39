import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashToken, newOAuthSecret, newToken, SLOW_ROUNDS, tokenMatches } from './token-hash.js';

test('a hash is what JupyterHub stores: one sha512 over the salt and the repeated token', () => {
  const expected = createHash('sha512').update('0011223344556677').update('abcabcabc').digest('hex');
  expect(hashToken('abc', 3, '0011223344556677')).toBe(`sha512:3:0011223344556677:${expected}`);
});

test.each([1, SLOW_ROUNDS])('a token matches its own hash only (%i rounds)', (rounds) => {
  const token = newToken();
  const hashed = hashToken(token, rounds);
  expect(tokenMatches(token, hashed)).toBe(true);
  expect(tokenMatches(newToken(), hashed)).toBe(false);
});

test.each(['', 'sha512', 'md5:1:aa:bb', 'sha512:1:aa:', 'sha512:1:aa:abcd'])('a damaged hash matches nothing: %j', (hashed) => {
  expect(tokenMatches('anything', hashed)).toBe(false);
});

test('new secrets have the shapes that JupyterHub uses', () => {
  expect(newToken()).toMatch(/^[0-9a-f]{32}$/);
  expect(newOAuthSecret()).toMatch(/^[A-Za-z0-9]{30}$/);
});
