import { afterEach, expect, test, vi } from 'vitest';
import type { Caller } from './caller.js';
import { IdentityCache } from './identity-cache.js';

const caller = { kind: 'user', id: 1, name: 'ada', admin: false, scopes: [], parsed: new Map() } as unknown as Caller;
afterEach(() => vi.useRealTimers());

test('a caller is found until something is written', () => {
  const cache = new IdentityCache();
  cache.set('secret', caller, cache.version);
  expect(cache.get('secret')).toBe(caller);
  expect(cache.get('other')).toBeUndefined();
  cache.bump();
  expect(cache.get('secret')).toBeUndefined();
});

test('what was loaded before a write is not used after it', () => {
  const cache = new IdentityCache();
  const { version } = cache;
  cache.bump();
  cache.set('secret', caller, version);
  expect(cache.get('secret')).toBeUndefined();
});

test('a caller is forgotten when the token expires', () => {
  vi.useFakeTimers();
  const cache = new IdentityCache();
  cache.set('secret', caller, cache.version, Date.now() + 1000);
  vi.advanceTimersByTime(999);
  expect(cache.get('secret')).toBe(caller);
  vi.advanceTimersByTime(1);
  expect(cache.get('secret')).toBeUndefined();
});
