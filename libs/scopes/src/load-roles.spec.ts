import { describe, expect, it } from 'vitest';
import { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';
import { loadRoles, type LoadRolesOptions } from './load-roles.js';
import { validateRoleName, type RoleSpec } from './roles.js';

const plan = (name: string, specs: RoleSpec[], options?: LoadRolesOptions) =>
  loadRoles(specs, options).roles.find((role) => role.name === name);

describe('validateRoleName', () => {
  it.each(['abc', 'a-b_c~d.9', `a${'b'.repeat(253)}c`])('accepts %s', (name) => {
    expect(() => validateRoleName(name)).not.toThrow();
  });

  it.each(['', 'a', 'ab', 'Abc', '1bc', 'abc-', 'a c', 'ab\n', 'abc\n', `a${'b'.repeat(254)}c`])('refuses %j', (name) => {
    expect(() => validateRoleName(name)).toThrow(ScopeError);
  });
});

describe('loadRoles', () => {
  it('gives the default roles, and leaves their members alone', () => {
    expect(loadRoles([])).toMatchObject({
      roles: [{ name: 'user', scopes: ['self'] }, { name: 'admin' }, { name: 'server' }, { name: 'token', scopes: ['inherit'] }],
      warnings: [],
    });
    expect(Object.keys(loadRoles([]).roles[0] ?? {})).toEqual(['name', 'description', 'scopes']);
  });

  it('adds roles with exact lists of members', () => {
    const spec = { name: 'teacher', description: 'Teaches', scopes: ['users', 'groups', 'users'], users: ['a', 'b', 'a'] };
    expect(plan('teacher', [spec])).toEqual({
      name: 'teacher',
      description: 'Teaches',
      scopes: ['users', 'groups'],
      users: ['a', 'b'],
      services: [],
      groups: [],
    });
    expect(loadRoles([spec]).roles.map(({ name }) => name)).toEqual(['user', 'admin', 'server', 'token', 'teacher']);
  });

  it('merges over user, server and token', () => {
    const user = plan('user', [{ name: 'user', scopes: ['self', 'list:users'] }]);
    expect(user).toMatchObject({
      description: 'Standard user privileges',
      scopes: ['self', 'list:users'],
      services: [],
      groups: [],
    });
    expect(user).not.toHaveProperty('users');
    expect(plan('user', [{ name: 'user', users: ['a'] }])).toMatchObject({ scopes: ['self'], users: ['a'] });
    expect(plan('server', [{ name: 'server', description: 'More' }])).toMatchObject({
      description: 'More',
      scopes: ['users:activity!user', 'access:servers!server'],
      users: [],
    });
  });

  it('gives admin members, and nothing else', () => {
    const adminUsers = ['root', 'ada'];
    expect(plan('admin', [{ name: 'admin', users: ['ada'] }], { adminUsers })).toMatchObject({
      users: ['ada', 'root'],
      groups: [],
    });
    expect(plan('admin', [{ name: 'admin', users: ['ada'] }])).not.toHaveProperty('services');
    expect(plan('admin', [{ name: 'admin' }], { adminUsers })).not.toHaveProperty('users');
    const scopes = plan('admin', [])?.scopes ?? [];
    expect(plan('admin', [{ name: 'admin', scopes: [...scopes].reverse() }])).toBeDefined();
  });

  it('adds extra_user_scopes unless the scopes of user are overridden', () => {
    const options = { extraUserScopes: ['list:groups'] };
    expect(plan('user', [], options)?.scopes).toEqual(['self', 'list:groups']);
    expect(plan('user', [{ name: 'user', groups: ['g'] }], options)?.scopes).toEqual(['self', 'list:groups']);
    expect(plan('user', [{ name: 'user', scopes: ['self'] }], options)?.scopes).toEqual(['self']);
    expect(() => loadRoles([], { extraUserScopes: ['no:such'] })).toThrow("Scope 'no:such' for role user does not exist");
  });

  it.each<[string, RoleSpec[]]>([
    ['Role teacher multiply defined. Please check the `load_roles` configuration', [{ name: 'teacher' }, { name: 'teacher' }]],
    ["Scope 'no:such' for role teacher does not exist", [{ name: 'teacher', scopes: ['users', 'no:such'] }]],
    ['Empty string is not a valid filter: users!user=', [{ name: 'teacher', scopes: ['users!user='] }]],
    ['Cannot override admin role admin.scopes = ["self"]', [{ name: 'admin', scopes: ['self'] }]],
    ['Cannot override admin role admin.scopes = []', [{ name: 'admin', scopes: [] }]],
    ['Cannot override admin role admin.description = "Me"', [{ name: 'admin', description: 'Me' }]],
    ['cannot use role name "Teacher"', [{ name: 'Teacher' }]],
  ])('refuses: %s', (message, specs) => {
    expect(() => loadRoles(specs)).toThrow(ScopeError);
    expect(() => loadRoles(specs)).toThrow(message);
  });

  it('knows custom scopes', () => {
    const specs = [{ name: 'writer', scopes: ['custom:notes'] }];
    const definitions = new ScopeDefinitions({ 'custom:notes': { description: 'x' } });
    expect(plan('writer', specs, { definitions })?.scopes).toEqual(['custom:notes']);
    expect(() => loadRoles(specs)).toThrow('custom:notes');
  });

  it('leaves members to an authenticator that manages roles', () => {
    const options = { managedByAuthenticator: true };
    expect(plan('bot', [{ name: 'bot', scopes: ['proxy'], services: ['s'] }], options)).toEqual({
      name: 'bot',
      description: '',
      scopes: ['proxy'],
      services: ['s'],
    });
    expect(() => loadRoles([{ name: 'bot', users: ['a'] }], options)).toThrow('cannot give role bot to users or groups');
    expect(() => loadRoles([{ name: 'bot', groups: ['a'] }], options)).toThrow(ScopeError);
  });

  it('warns about what is surely not meant', () => {
    const specs = [
      { name: 'user', scopes: ['tokens!user'] },
      { name: 'empty' },
      { name: 'idle', scopes: ['proxy!user=a', 'users!service=s', 'users!user=a'] },
    ];
    expect(loadRoles(specs).warnings).toEqual([
      expect.stringContaining("role user is overridden without the scope 'self'"),
      'role empty has no scopes: it grants nothing',
      expect.stringContaining("'proxy!user=a'"),
      expect.stringContaining("'users!service=s'"),
    ]);
  });
});
