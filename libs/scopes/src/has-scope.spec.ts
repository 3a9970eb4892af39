import { describe, expect, it } from 'vitest';
import { hasScope, hasUnfilteredScope } from './has-scope.js';
import { parseScopes } from './parse.js';
import type { FilterKind } from './types.js';

const held = parseScopes([
  'list:users',
  'servers!user=u',
  'servers!server=v/lab',
  'servers!group=g',
  'read:groups!group=g',
  'read:services!service=s',
]);
const groupsOf = (user: string) => (user === 'w' ? ['f', 'g'] : []);

describe('hasScope', () => {
  it.each<[string, FilterKind, string, boolean]>([
    ['list:users', 'user', 'anybody', true],
    ['list:users', 'server', 'anybody/', true],
    ['read:users', 'user', 'u', false],
    ['servers', 'user', 'u', true],
    ['servers', 'server', 'u/', true],
    ['servers', 'server', 'u/x/y', true],
    ['servers', 'server', 'uu/x', false],
    ['servers', 'user', 'v', false],
    ['servers', 'server', 'v/lab', true],
    ['servers', 'server', 'v/', false],
    ['servers', 'user', 'w', true],
    ['servers', 'server', 'w/lab', true],
    ['servers', 'group', 'g', true],
    ['servers', 'service', 'u', false],
    ['read:groups', 'group', 'g', true],
    ['read:groups', 'group', 'h', false],
    ['read:services', 'service', 's', true],
    ['read:services', 'service', 't', false],
  ])('%s on %s %s: %s', (base, kind, name, expected) => {
    expect(hasScope(held, base, { kind, name }, groupsOf)).toBe(expected);
  });

  it('cannot use group filters for users without knowing groups', () => {
    expect(hasScope(held, 'servers', { kind: 'user', name: 'w' })).toBe(false);
  });

  it('takes any form for a list, and only the unfiltered one where none is a list', () => {
    expect(hasScope(held, 'servers')).toBe(true);
    expect(hasScope(held, 'read:users')).toBe(false);
    expect(hasUnfilteredScope(held, 'servers')).toBe(false);
    expect(hasUnfilteredScope(held, 'list:users')).toBe(true);
    expect(hasUnfilteredScope(held, 'read:users')).toBe(false);
  });
});
