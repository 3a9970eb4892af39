import { describe, expect, it } from 'vitest';
import { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';
import { parseScopes, printScopes, splitScope } from './parse.js';
import { validateScope } from './validate.js';

describe('parseScopes', () => {
  it('groups filters by base and kind', () => {
    const parsed = parseScopes([
      'users',
      'groups!group=foo',
      'servers!server=user/bar',
      'servers!server=user/baz',
      'servers!user=a',
    ]);
    expect(parsed).toEqual(
      new Map<string, unknown>([
        ['users', 'all'],
        ['groups', new Map([['group', new Set(['foo'])]])],
        [
          'servers',
          new Map([
            ['server', new Set(['user/bar', 'user/baz'])],
            ['user', new Set(['a'])],
          ]),
        ],
      ]),
    );
  });

  it.each([[['users!user=x', 'users', 'users!group=y']], [['users', 'users!user=x']]])(
    'lets the unfiltered form absorb: %j',
    (scopes) => {
      expect(printScopes(parseScopes(scopes))).toEqual(['users']);
    },
  );

  it.each(['users!', 'users!user', 'users!user=', 'users!server=', 'users!planet=mars', 'users!group', 'users!=x'])(
    'refuses %s',
    (scope) => {
      expect(() => parseScopes([scope])).toThrow(ScopeError);
    },
  );

  it('takes a value as it is, after the first = of the first filter', () => {
    expect(splitScope('users!user=a!group=b=c')).toEqual({ base: 'users', kind: 'user', value: 'a!group=b=c' });
  });

  it('prints in the order in which JupyterHub sorts', () => {
    const sorted = ['read:users!group=red', 'read:users!user=heidi', 'read:users:activity!group=red', 'read:users:name'];
    expect(printScopes(parseScopes([...sorted].reverse()))).toEqual(sorted);
  });
});

describe('validateScope', () => {
  const definitions = new ScopeDefinitions({ 'custom:notes': { description: 'x' } });

  it.each([
    'users',
    'self',
    'inherit',
    'users!user',
    'access:servers!server',
    'access:services!service',
    'users!group=g',
    'custom:notes',
  ])('accepts %s', (scope) => {
    expect(() => validateScope(scope, definitions)).not.toThrow();
  });

  it.each([
    ['no:such:scope', "Scope 'no:such:scope' for token does not exist"],
    ['all', "Draft scope 'all' is now called 'inherit'"],
    [
      'read:users!planet=mars',
      "Scope filter planet=mars '!planet=mars' in scope 'read:users!planet=mars' for token does not exist",
    ],
    ['users!group', "Scope filter group '!group' in scope 'users!group' for token does not exist"],
    ['users!user=', 'Empty string is not a valid filter: users!user='],
    ['users!', 'Empty string is not a valid filter: users!'],
    ['custom:other', "Scope 'custom:other' for token does not exist"],
    ['__proto__', "Scope '__proto__' for token does not exist"],
    ['', "Scope '' for token does not exist"],
  ])('refuses %s', (scope, message) => {
    expect(() => validateScope(scope, definitions, 'token')).toThrow(new ScopeError(message));
  });

  it('needs nobody to name', () => {
    expect(() => validateScope('x')).toThrow("Scope 'x' does not exist");
  });
});
