import { describe, expect, it } from 'vitest';
import { secondsSince } from './facts.js';

describe('secondsSince', () => {
  it.each<[string | null, number | undefined]>([
    ['2026-11-20T11:59:50.500000Z', 9.5],
    ['2026-11-20T11:59:50', 10],
    ['2026-11-20T13:59:50+02:00', 10],
    [null, undefined],
    ['', undefined],
    ['never', undefined],
  ])('%s is %s', (timestamp, seconds) => {
    expect(secondsSince(timestamp, Date.parse('2026-11-20T12:00:00Z'))).toBe(seconds);
  });
});
