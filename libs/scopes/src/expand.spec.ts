import { describe, expect, it } from 'vitest';
import { ScopeDefinitions } from './definitions.js';
import { expandScopes } from './expand.js';
import { listedScopes } from './listed.js';
import { DEFAULT_ROLES } from './roles.js';

const alice = { kind: 'user', name: 'alice' } as const;
const hub = { kind: 'service', name: 'hub' } as const;

const SELF_OF_ALICE = [
  'access:servers!user=alice',
  'delete:servers!user=alice',
  'read:servers!user=alice',
  'read:shares!user=alice',
  'read:tokens!user=alice',
  'read:users!user=alice',
  'read:users:activity!user=alice',
  'read:users:groups!user=alice',
  'read:users:name!user=alice',
  'read:users:shares!user=alice',
  'servers!user=alice',
  'start:servers!user=alice',
  'tokens!user=alice',
  'users:activity!user=alice',
  'users:shares!user=alice',
];

const ADMIN = (
  'access:servers access:services admin-ui admin:auth_state admin:groups admin:server_state admin:servers admin:services admin:users ' +
  'delete:groups delete:servers delete:users groups groups:shares list:groups list:services list:users proxy read:groups read:groups:name ' +
  'read:groups:shares read:hub read:metrics read:roles read:roles:groups read:roles:services read:roles:users read:servers read:services ' +
  'read:services:name read:shares read:tokens read:users read:users:activity read:users:groups read:users:name read:users:shares servers ' +
  'shares shutdown start:servers tokens users users:activity users:shares'
).split(' ');

const notes = new ScopeDefinitions({
  'custom:notes:read': { description: 'Read notes' },
  'custom:notes:write': { description: 'Write notes', subscopes: ['custom:notes:read'] },
});

const rolesNamed = (name: string) => DEFAULT_ROLES.find((role) => role.name === name)?.scopes ?? [];
const expanded = (...request: Parameters<typeof expandScopes>) => listedScopes(expandScopes(...request));

describe('what a hub answers when asked who one is', () => {
  it('a plain user', () => {
    expect(expanded(rolesNamed('user'), { owner: alice })).toEqual(SELF_OF_ALICE);
  });

  it('an admin service', () => {
    expect(expanded(rolesNamed('admin'), { owner: hub })).toEqual(ADMIN);
  });

  it('a user with the role of a group', () => {
    const raw = ['self', 'read:users!group=red', 'servers!group=red', 'custom:notes:write'];
    const more = [
      ...[
        'custom:notes:read',
        'custom:notes:write',
        'delete:servers!group=red',
        'read:servers!group=red',
        'read:users!group=red',
      ],
      ...['read:users:activity!group=red', 'read:users:groups!group=red', 'read:users:name!group=red', 'servers!group=red'],
      'start:servers!group=red',
    ];
    expect(expanded(raw, { owner: alice, definitions: notes })).toEqual([...SELF_OF_ALICE, ...more].sort());
  });

  it('a user who may list users', () => {
    const expected = SELF_OF_ALICE.filter((scope) => scope !== 'read:users:name!user=alice');
    expect(expanded(['self', 'list:users'], { owner: alice })).toEqual([...expected, 'list:users', 'read:users:name'].sort());
  });

  it('a service for one user', () => {
    const raw = [
      'list:users!user=alice',
      'read:users!user=alice',
      'read:servers!user=alice',
      'read:tokens!user=alice',
      'users:activity!user=alice',
    ];
    expect(expanded(raw, { owner: hub })).toEqual([
      'list:users!user=alice',
      'read:servers!user=alice',
      'read:tokens!user=alice',
      'read:users!user=alice',
      'read:users:activity!user=alice',
      'read:users:groups!user=alice',
      'read:users:name!user=alice',
      'users:activity!user=alice',
    ]);
  });

  it('a service for one group', () => {
    const raw = ['list:users', 'read:users', 'servers', 'tokens', 'users:activity', 'list:groups', 'read:groups'].map(
      (s) => `${s}!group=red`,
    );
    const expected =
      'delete:servers list:groups list:users read:groups read:groups:name read:servers read:tokens read:users read:users:activity ' +
      'read:users:groups read:users:name servers start:servers tokens users:activity';
    expect(expanded(raw, { owner: hub })).toEqual(
      expected
        .split(' ')
        .map((scope) => `${scope}!group=red`)
        .sort(),
    );
  });

  it('a user whose role is overridden', () => {
    const desk = new ScopeDefinitions({ 'custom:desk:use': { description: 'Use a desk' } });
    const raw = ['read:users!user', 'tokens!user', 'servers!user', 'access:servers!user', 'custom:desk:use'];
    const lost = ['read:shares', 'read:users:shares', 'users:activity', 'users:shares'].map((scope) => `${scope}!user=alice`);
    const expected = [...SELF_OF_ALICE.filter((scope) => !lost.includes(scope)), 'custom:desk:use'].sort();
    expect(expanded(raw, { owner: alice, definitions: desk })).toEqual(expected);
  });

  it('a server', () => {
    const raw = rolesNamed('server');
    expect(expanded(raw, { owner: alice, client: { server: 'alice/' } })).toEqual([
      'access:servers!server=alice/',
      'read:users:activity!user=alice',
      'users:activity!user=alice',
    ]);
  });
});

describe('expandScopes', () => {
  it.each([
    [
      'servers!server=u/s',
      ['delete:servers', 'read:servers', 'read:servers:logs', 'servers', 'start:servers'].map((s) => `${s}!server=u/s`),
    ],
    [
      'shares!server=u/s',
      ['access:servers', 'groups:shares', 'read:groups:shares', 'read:shares', 'shares', 'users:shares'].map(
        (s) => `${s}!server=u/s`,
      ),
    ],
    ['read:services!service=s', ['read:services!service=s', 'read:services:name!service=s']],
    ['read:users:name!server=u/s', []],
  ])('carries the filter of %s over', (scope, expected) => {
    expect(expandScopes([scope])).toEqual(expected);
  });

  it.each([
    ['list:users!user', { owner: alice }, ['list:users!user=alice', 'read:users:name!user=alice']],
    ['list:users!user', { owner: hub }, []],
    ['list:users!user', {}, []],
    ['access:services!service', { owner: hub }, ['access:services!service=hub']],
    ['access:services!service', { owner: alice, client: { service: 'web' } }, ['access:services!service=web']],
    ['access:services!service', { owner: hub, client: { service: 'web' } }, ['access:services!service=web']],
    ['access:services!service', { owner: alice }, []],
    ['access:servers!server', { owner: alice, client: { server: 'alice/' } }, ['access:servers!server=alice/']],
    ['access:servers!server', { owner: alice, client: { service: 'web' } }, []],
    ['access:servers!server', { owner: alice }, []],
    ['self', { owner: hub }, []],
    ['self', {}, []],
    ['self!user=alice', { owner: alice }, []],
    ['inherit', { owner: alice }, ['inherit']],
    ['inherit!user=alice', { owner: alice }, []],
    ['(no_scope)', { owner: alice }, []],
  ])('resolves %s with %j', (scope, context, expected) => {
    expect(expandScopes([scope], context)).toEqual(expected);
  });

  it('tells what it leaves out, and why', () => {
    const dropped: [string, string][] = [];
    const raw = ['read:hub', 'custom:gone', 'users!', 'users!planet=mars', 'access:servers!server', 'self'];
    expect(expandScopes(raw, { dropped: (...what) => dropped.push(what) })).toEqual(['read:hub']);
    expect(dropped).toEqual([
      ['custom:gone', "scope 'custom:gone' is not defined"],
      ['users!', 'Empty string is not a valid filter: users!'],
      ['users!planet=mars', "Scope filter planet=mars '!planet=mars' in scope 'users!planet=mars' does not exist"],
      ['access:servers!server', 'there is no server that !server could mean'],
      ['self', 'only a user has a self'],
    ]);
  });
});
