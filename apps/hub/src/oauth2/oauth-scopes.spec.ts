import { ScopeDefinitions } from '#scopes';
import { expect, test } from 'vitest';
import { grantedScopes, type ScopeDecision } from './oauth-scopes.js';

const service: ScopeDecision = {
  definitions: ScopeDefinitions.builtIn,
  user: 'ada',
  client: { service: 'board' },
  allowed: ['read:users!user', 'access:services!service=board'],
  userScopes: ['self', 'access:services'],
  roleScopes: new Map([['reader', ['read:users!user']]]),
};
const always = ['access:services!service=board', 'read:users:groups!user', 'read:users:name!user'];

test('a client that asks for nothing gets all it may', () => {
  expect(grantedScopes([], service)).toEqual([...always, 'read:users!user'].sort());
});

test('identify is the least there is', () => {
  expect(grantedScopes(['identify'], service)).toEqual(always);
});

test('names of roles stand for their scopes', () => {
  expect(grantedScopes(['reader'], service)).toContain('read:users!user');
});

test.each([[['no-such-thing']], [['servers!user']], [['read:users']], [['reader', 'read:users!user']]])('%j is refused', (requested) => {
  expect(() => grantedScopes(requested, service)).toThrow(expect.objectContaining({ error: 'invalid_scope' }));
});

test('of what the person holds in part, that part is granted', () => {
  const generous = { ...service, allowed: ['list:users', ...service.allowed] };
  expect(grantedScopes(['list:users', 'read:users!user'], generous)).toEqual([...always, 'read:users!user', 'read:users:name!user=ada'].sort());
});

test('inherit comes with what every client gets', () => {
  expect(grantedScopes([], { ...service, allowed: ['inherit'] })).toEqual([...always, 'inherit'].sort());
});
