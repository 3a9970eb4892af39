import { describe, expect, it } from 'vitest';
import { accessScope, identifyScopes } from './identify.js';
import { resolveScopes } from './resolve.js';

const owner = { kind: 'user', name: 'u' } as const;
const client = { server: 'u/s' };

describe('resolveScopes', () => {
  it.each([
    [['read:users!user'], ['read:users!user', 'tokens'], ['read:users!user'], []],
    [['admin:servers!server'], ['read:servers'], ['read:servers!server=u/s'], ['admin:servers!server']],
    [
      ['read:users'],
      ['read:users!user'],
      ['read:users!user=u', 'read:users:activity!user=u', 'read:users:groups!user=u', 'read:users:name!user=u'],
      ['read:users'],
    ],
    [['servers!server'], ['self'], ['servers!server'], []],
    [['users:activity!user', 'access:servers!server'], ['self'], ['access:servers!server', 'users:activity!user'], []],
    [['shutdown'], ['self'], [], ['shutdown']],
    [['inherit'], ['self'], [], ['inherit']],
    [['inherit'], ['self', 'inherit'], ['inherit'], []],
    [['read:users:name!user=u', 'read:users!user'], ['read:users!user'], ['read:users!user', 'read:users:name!user=u'], []],
    [['access:services!service'], ['self'], ['access:services!service'], []],
    [['no:such', 'users!planet=mars'], ['admin:users'], [], ['no:such', 'users!planet=mars']],
    [[], ['self'], [], []],
  ])('requested %j, held %j', (requested, held, allowed, disallowed) => {
    expect(resolveScopes({ requested, held, owner, client })).toEqual({ allowed, disallowed });
  });

  it('looks at groups when it can', () => {
    const request = { requested: ['tokens!user'], held: ['tokens!group=g'], owner };
    expect(resolveScopes(request)).toEqual({ allowed: [], disallowed: ['tokens!user'] });
    expect(resolveScopes({ ...request, groupsOf: () => ['g'] })).toEqual({ allowed: ['tokens!user'], disallowed: [] });
  });
});

describe('identifyScopes and accessScope', () => {
  it('name the owner', () => {
    expect(identifyScopes()).toEqual(['read:users:groups!user', 'read:users:name!user']);
    expect(identifyScopes(owner)).toEqual(['read:users:groups!user=u', 'read:users:name!user=u']);
    expect(identifyScopes({ kind: 'service', name: 's' })).toEqual(['read:services:name!service=s']);
  });

  it('name what the client stands for', () => {
    expect(accessScope({ server: 'u/' })).toBe('access:servers!server=u/');
    expect(accessScope({ service: 's' })).toBe('access:services!service=s');
    expect(accessScope({})).toBeUndefined();
  });
});
