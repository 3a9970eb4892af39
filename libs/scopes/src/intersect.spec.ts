import { describe, expect, it } from 'vitest';
import { intersectScopes, missingScopes } from './intersect.js';
import { parseScopes, printScopes } from './parse.js';

const GROUPS: Record<string, string[]> = { ux: ['gx'], uy: ['gy', 'gz'] };
const groupsOf = (user: string) => GROUPS[user] ?? [];

const meet = (a: string[], b: string[], groups?: typeof groupsOf) =>
  printScopes(intersectScopes(parseScopes(a), parseScopes(b), groups));

describe('intersectScopes', () => {
  it.each([
    [['users!user=x'], ['users'], ['users!user=x']],
    [['users'], ['users'], ['users']],
    [['users'], ['groups'], []],
    [['read:servers!user=abc'], ['read:servers!server=abc/xyz'], ['read:servers!server=abc/xyz']],
    [['read:servers!user=abc'], ['read:servers!server=abcd/xyz'], []],
    [['users!group=y', 'users!user=z'], ['users!user=x'], []],
    [['users!group=gx'], ['users!user=ux'], []],
    [['users!group=a', 'users!group=b'], ['users!group=b', 'users!group=c'], ['users!group=b']],
    [['read:services!service=a', 'read:services!service=b'], ['read:services!service=b'], ['read:services!service=b']],
    [['users!user=x', 'users!group=g'], ['users!user=x', 'users!group=h'], ['users!user=x']],
  ])('%j and %j without groups: %j', (a, b, expected) => {
    expect(meet(a, b)).toEqual(expected);
    expect(meet(b, a)).toEqual(expected);
  });

  it.each([
    [['users!group=gx'], ['users!user=ux'], ['users!user=ux']],
    [['users!group=gx'], ['users!user=uy'], []],
    [['read:servers!group=gx'], ['read:servers!server=ux/s'], ['read:servers!server=ux/s']],
    [
      ['read:servers!server=ux/s', 'read:servers!group=gy'],
      ['read:servers!server=uy/s', 'read:servers!user=ux'],
      ['read:servers!server=ux/s', 'read:servers!server=uy/s'],
    ],
    [['users!group=gy'], ['users!group=gz'], []],
    [['users!group=gx'], ['users!user=nobody'], []],
  ])('%j and %j with groups: %j', (a, b, expected) => {
    expect(meet(a, b, groupsOf)).toEqual(expected);
    expect(meet(b, a, groupsOf)).toEqual(expected);
  });

  it('leaves no base behind that grants nothing', () => {
    expect(intersectScopes(parseScopes(['users!user=a']), parseScopes(['users!user=b'])).size).toBe(0);
  });

  it('looks each user up once', () => {
    const asked: string[] = [];
    const bases = ['users', 'read:users', 'servers'];
    const byUser = parseScopes(bases.map((base) => `${base}!user=ux`));
    intersectScopes(byUser, parseScopes(bases.map((base) => `${base}!group=gy`)), (user) => (asked.push(user), groupsOf(user)));
    expect(asked).toEqual(['ux']);
  });
});

describe('missingScopes', () => {
  it('lists what is not fully covered', () => {
    const wanted = parseScopes(['read:users', 'read:tokens!user=ux', 'servers!user=uy']);
    const held = parseScopes(['read:users!user=ux', 'read:tokens', 'servers!group=gy']);
    expect(missingScopes(wanted, held, groupsOf)).toEqual(['read:users']);
    expect(missingScopes(wanted, held)).toEqual(['read:users', 'servers!user=uy']);
  });
});
