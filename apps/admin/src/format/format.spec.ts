import { describe, expect, it } from 'vitest';
import { amount, bytesInWords } from './amount.js';
import { counted, rangeInWords } from './count.js';
import { namesIn, someNames } from './names.js';
import { durationInWords, timeInWords } from './time.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');

describe('times', () => {
  it.each([
    [0, 'just now'],
    [-59, 'just now'],
    [20, 'in less than a minute'],
    [-60, '1 minute ago'],
    [-3599, '59 minutes ago'],
    [7200, 'in 2 hours'],
    [-86_400, 'yesterday'],
    [-20 * 86_400, '2 weeks ago'],
    [-800 * 86_400, '2 years ago'],
  ])('%i seconds from now are %s', (seconds, words) => {
    expect(timeInWords(NOW + seconds * 1000, NOW)).toBe(words);
  });

  it.each([
    [0.0042, '4 ms'],
    [1.25, '1.3 s'],
    [9.96, '10 s'],
    [45, '45 s'],
    [60, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [187_200, '2 d 4 h'],
  ])('%d seconds take %s', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });
});

describe('counts', () => {
  it('have the right number', () => {
    expect([counted(0, 'user'), counted(1, 'user'), counted(50_000, 'user'), counted(2, 'person', 'people')]).toEqual(['0 users', '1 user', '50,000 users', '2 people']);
  });

  it('tell which part of a list is shown', () => {
    expect([rangeInWords(0, 50, 50_000), rangeInWords(100, 7, 107), rangeInWords(0, 0, 0)]).toEqual(['1–50 of 50,000', '101–107 of 107', '0 of 0']);
  });
});

describe('names', () => {
  it('are parted by anything that people use, each once', () => {
    expect(namesIn(' ada, bob;cleo\n\tada  dora@x ')).toEqual(['ada', 'bob', 'cleo', 'dora@x']);
    expect(namesIn(' \n, ')).toEqual([]);
  });

  it('are cut when they are many', () => {
    expect([someNames(['a', 'b'], 2), someNames(['a', 'b', 'c', 'd'], 2)]).toEqual(['a, b', 'a, b and 2 more']);
  });
});

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [96_400_000, '96.4 MB'],
    [1_000_000, '1 MB'],
    [1.25e9, '1.3 GB'],
    [5e15, '5,000 TB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words);
  });

  it('have one digit behind the point at most', () => {
    expect([amount(12), amount(0.25), amount(50_000)]).toEqual(['12', '0.3', '50,000']);
  });
});
