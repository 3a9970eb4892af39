import { expect, test } from 'vitest';
import { normalizeUsername, usernameProblem } from './usernames.js';

const rules = { username_map: { jdoe: 'john' }, username_pattern: '' };

test('names are lower case, then mapped', () => {
  expect(normalizeUsername('JDoe', rules)).toBe('john');
  expect(normalizeUsername('Ada', rules)).toBe('ada');
  expect(normalizeUsername('constructor', rules)).toBe('constructor');
});

test.each(['ada', 'a b', 'ünï-李', 'a@b.org', '%2f', '...', 'x'.repeat(255)])('%.20s is a name', (name) => {
  expect(usernameProblem(name, rules)).toBeUndefined();
});

test.each(['', 'a/b', ' a', 'a ', '.', '..', 'a\nb', 'a\0', 'x'.repeat(256), '\ud800'])('%j is no name', (name) => {
  expect(usernameProblem(name, rules)).toBeDefined();
});

test('a pattern holds from the start of the name, as in JupyterHub', () => {
  const patterned = { ...rules, username_pattern: 'u[0-9]+' };
  expect(usernameProblem('u12-rest', patterned)).toBeUndefined();
  expect(usernameProblem('xu12', patterned)).toBeDefined();
});

test('an accent typed as a mark of its own is the same letter, and a name that was normalised stays as it is', () => {
  expect(normalizeUsername('Zoe\u0308', rules)).toBe('zo\u00eb');
  for (const name of ['\u212Aate', 'İ', 'ZOË', 'ǅ', 'ß', 'Σίσυφος']) {
    const once = normalizeUsername(name, rules);
    expect(normalizeUsername(once, rules)).toBe(once);
  }
});

test.each(['ａdmin', 'аdmin', 'adm\u200Bin', '\u202Enimda', 'ﬁ', 'ada²'])('%j is good for somebody who has it, and for nobody else', (name) => {
  expect(usernameProblem(name, rules)).toBeUndefined();
  expect(usernameProblem(name, rules, { isNew: true })).toContain('look like others');
});

test.each(['ünï-李', 'анна', 'σίσυφος', 'josé', 'a.b@x.org'])('%s is a name for anybody', (name) => {
  expect(usernameProblem(normalizeUsername(name, rules), rules, { isNew: true })).toBeUndefined();
});
