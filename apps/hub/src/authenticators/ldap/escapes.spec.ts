import { expect, test } from 'vitest';
import { compactFilter, escapeDnValue, escapeFilterValue, fill } from './escapes.js';

test.each([
  // the examples of RFC 4514, section 4
  ['James "Jim" Smith, III', 'James \\"Jim\\" Smith\\, III'],
  ['Before\rAfter', 'Before\rAfter'],
  ['Lučić', 'Lučić'],
  ['#hash', '\\#hash'],
  ['a#b', 'a#b'],
  [' both ', '\\ both\\ '],
  [' ', '\\ '],
  ['  ', '\\ \\ '],
  ['a\\ ', 'a\\\\\\ '],
  ['a+b;c<d>e=f', 'a\\+b\\;c\\<d\\>e\\=f'],
  ['a\0b', 'a\\00b'],
  ['', ''],
])('%j stands in a DN as %s', (value, escaped) => expect(escapeDnValue(value)).toBe(escaped));

test.each([
  // the examples of RFC 4515, section 4
  ['Parens R Us (for all your parenthetical needs)', 'Parens R Us \\28for all your parenthetical needs\\29'],
  ['*', '\\2a'],
  ['C:\\MyFile', 'C:\\5cMyFile'],
  ['a\0b', 'a\\00b'],
  ['Lučić', 'Lučić'],
])('%j stands in a filter as %s', (value, escaped) => expect(escapeFilterValue(value)).toBe(escaped));

test('places are filled in once, as in Python', () => {
  expect(fill('uid={username},x={{{username}}},{other}', { username: '{other}$&' })).toBe('uid={other}$&,x={{other}$&},{other}');
  expect(fill('{constructor}', {})).toBe('{constructor}');
});

test('white space between the parts of a filter goes, and stays within values', () => {
  expect(compactFilter('\n(&\n  (a=b c )\n  (| (c=d) (!(e= f)) )\n)\n')).toBe('(&(a=b c )(|(c=d)(!(e= f))))');
});
