import { expect, test } from 'vitest';
import { formatTemplate } from './template.js';

test.each([
  ['/home/{username}', '/home/ann'],
  ['~/{username}/{username}', '~/ann/ann'],
  ['{base_url}lab', '/b/lab'],
  ['{{literal}} {username}', '{literal} ann'],
  ['', ''],
  ['plain', 'plain'],
])('%s becomes %s', (template, filled) => {
  expect(formatTemplate(template, { username: 'ann', base_url: '/b/' })).toBe(filled);
});

test('an unknown field is named', () => {
  expect(() => formatTemplate('{user}', { username: 'ann' })).toThrow('cannot fill {user}: because only username can be used here');
});

test('a value that looks like a field stays as it is', () => {
  expect(formatTemplate('{username}', { username: '{base_url}' })).toBe('{base_url}');
});
