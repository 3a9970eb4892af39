import { expect, it } from 'vitest';
import { BUILT_IN_SCOPES, ADDED_SCOPES } from './built-in-scopes.js';
import { expandScopes } from './expand.js';
import { listedScopes } from './listed.js';

const listed = (...scopes: string[]) => listedScopes(expandScopes(scopes, { owner: { kind: 'user', name: 'ada' } }));

it.each([
  [['self', 'admin:services'], []],
  [['servers!server=ada/', 'admin:services!service=a'], []],
  [['read:servers:logs', 'servers!user=ada'], ['read:servers:logs']],
  [['servers!group=a', 'read:servers:logs!user=bob', 'read:services:logs'], ['read:servers:logs!user=bob', 'read:services:logs']],
])('of %j these of our own are listed: %j', (scopes, expected) => {
  expect(listed(...scopes).filter((scope) => scope.includes(':logs'))).toEqual(expected);
});

it('all others are listed', () => {
  const scopes = expandScopes(['self', 'admin:users', 'shares!server=b/']);
  expect(listedScopes(scopes)).toEqual(scopes.filter((scope) => !scope.includes(':logs') && scope !== 'read:audit'));
});

it('what is ours is part of what it says', () => {
  for (const [scope, whole] of ADDED_SCOPES) expect(BUILT_IN_SCOPES.get(whole)!.subscopes).toContain(scope);
});
