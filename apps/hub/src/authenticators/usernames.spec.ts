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
