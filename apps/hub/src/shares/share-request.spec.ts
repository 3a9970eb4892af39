import { expect, test } from 'vitest';
import { ScopeDefinitions } from '#scopes';
import { InvalidInputError } from '../errors.js';
import { sharedScopes, shareCodeRequest, shareRequest } from './share-request.js';

const definitions = new ScopeDefinitions({ 'custom:lab:enter': { description: 'Enter the lab' } });
const scopes = (sent: string[], server = 'ada/lab') => sharedScopes(sent, server, definitions);

test('a share names a user or a group', () => {
  expect(shareRequest({ user: 'bob' })).toEqual({ kind: 'user', name: 'bob', scopes: [] });
  expect(shareRequest({ group: 'red', user: null, scopes: ['servers'] })).toEqual({ kind: 'group', name: 'red', scopes: ['servers'] });
});

test.each([
  null,
  [],
  'bob',
  {},
  { user: null },
  { user: '' },
  { user: 'bob', group: 'red' },
  { user: 5 },
  { user: ['bob'] },
  { user: 'b'.repeat(256) },
  { user: 'bob', colour: 'red' },
  { user: 'bob', scopes: 'servers' },
  { user: 'bob', scopes: [1] },
  { user: 'bob', scopes: [''] },
  { user: 'bob', scopes: Array(101).fill('servers') },
])('%j is refused', (json) => {
  expect(() => shareRequest(json)).toThrow(InvalidInputError);
});

test('a code lives for a day unless the body says otherwise', () => {
  expect(shareCodeRequest(null)).toEqual({ scopes: [], expiresIn: 86_400 });
  expect(shareCodeRequest({ scopes: null, expires_in: 60 })).toEqual({ scopes: [], expiresIn: 60 });
  expect(shareCodeRequest({ expires_in: ' 61 ' }).expiresIn).toBe(61);
  expect(shareCodeRequest({ expires_in: 31_536_000 }).expiresIn).toBe(31_536_000);
});

test.each([
  { expires_in: 59 },
  { expires_in: 31_536_001 },
  { expires_in: '59' },
  { expires_in: 'soon' },
  { expires_in: '' },
  { expires_in: 60.5 },
  { expires_in: null },
  { expires_in: true },
  { user: 'bob' },
  [],
  7,
])('%j asks for no code', (json) => {
  expect(() => shareCodeRequest(json)).toThrow(InvalidInputError);
});

test('without scopes a share lets people in', () => {
  expect(scopes([])).toEqual(['access:servers!server=ada/lab']);
});

test('scopes are filtered by the server, sorted, each once', () => {
  const sent = ['servers', 'access:servers!server=ada/lab', 'access:servers', 'custom:lab:enter'];
  expect(scopes(sent)).toEqual(['access:servers!server=ada/lab', 'custom:lab:enter!server=ada/lab', 'servers!server=ada/lab']);
  expect(scopes(['servers!server=a!b/'], 'a!b/')).toEqual(['servers!server=a!b/']);
});

test.each([
  'no-such-scope',
  'all',
  'servers!server=ada/other',
  'servers!server',
  'servers!server=',
  'servers!',
  'servers!user=ada',
  'servers!server=ada/lab!user=ada',
  'self',
  'inherit',
  'admin-ui',
  'list:users',
  'read:users',
])('%s is not shared', (scope) => {
  expect(() => scopes([scope])).toThrow(InvalidInputError);
});
