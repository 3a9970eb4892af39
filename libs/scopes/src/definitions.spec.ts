import { describe, expect, it } from 'vitest';
import { BUILT_IN_SCOPES } from './built-in-scopes.js';
import { ScopeDefinitions } from './definitions.js';
import { ScopeError } from './errors.js';

const builtIn = ScopeDefinitions.builtIn;

describe('built-in scopes', () => {
  it('imply only scopes that exist, and say what they permit', () => {
    for (const [name, { description, subscopes }] of BUILT_IN_SCOPES) {
      expect(description, name).toMatch(/^[A-Z].*[^.]$/);
      for (const subscope of subscopes) expect(BUILT_IN_SCOPES.has(subscope), `${name} -> ${subscope}`).toBe(true);
    }
  });

  it.each([
    ['servers', ['delete:servers', 'read:servers', 'read:servers:logs', 'read:users:name', 'servers', 'start:servers']],
    ['list:users', ['list:users', 'read:users:name']],
    ['read:hub', ['read:hub']],
    [
      'admin:groups',
      ['admin:groups', 'delete:groups', 'groups', 'list:groups', 'read:groups', 'read:groups:name', 'read:roles:groups'],
    ],
    [
      'shares',
      ['access:servers', 'groups:shares', 'read:groups:shares', 'read:shares', 'read:users:shares', 'shares', 'users:shares'],
    ],
    ['inherit', ['inherit']],
    ['(no_scope)', []],
    ['no:such', []],
  ])('%s implies %j', (base, expected) => {
    expect([...builtIn.implied(base)].sort()).toEqual(expected);
  });

  it.each([
    ['read:users', 'list:users'],
    ['read:users', 'read:roles:users'],
    ['servers', 'access:servers'],
    ['admin:users', 'tokens'],
    ['admin:users', 'servers'],
    ['admin:groups', 'groups:shares'],
    ['list:users', 'read:users'],
  ])('%s does not imply %s', (base, other) => {
    expect(builtIn.implied(base)).not.toContain(other);
  });

  it('leaves out what reads users when the filter is a server', () => {
    expect([...builtIn.implied('servers', true)].sort()).toEqual(['delete:servers', 'read:servers', 'read:servers:logs', 'servers', 'start:servers']);
    expect(builtIn.implied('shares', true)).toContain('users:shares');
    expect(builtIn.implied('shares', true)).not.toContain('read:users:shares');
  });
});

describe('custom scopes', () => {
  it('stand beside the built-in ones', () => {
    const definitions = new ScopeDefinitions({
      'custom:notes:read': { description: 'Read notes' },
      'custom:notes:*': { description: 'All notes', subscopes: ['custom:notes:read'] },
    });
    expect(definitions.implied('custom:notes:*')).toEqual(['custom:notes:*', 'custom:notes:read']);
    expect(definitions.get('custom:notes:read')?.description).toBe('Read notes');
    expect(definitions.has('users')).toBe(true);
    expect(builtIn.has('custom:notes:read')).toBe(false);
  });

  it('may imply each other in a circle', () => {
    const definitions = new ScopeDefinitions({
      'custom:one': { description: '1', subscopes: ['custom:two'] },
      'custom:two': { description: '2', subscopes: ['custom:one'] },
    });
    expect(definitions.implied('custom:two')).toEqual(['custom:two', 'custom:one']);
  });

  it.each([
    'notes:read',
    'custom:',
    'custom:a',
    'custom:ab',
    'custom:Notes',
    'custom:-notes',
    'custom:notes:',
    'custom:notes-',
    'custom:a b',
    'users',
  ])('cannot be named %s', (name) => {
    expect(() => new ScopeDefinitions({ [name]: { description: 'x' } })).toThrow(ScopeError);
  });

  it.each([
    [{}, 'a description is required'],
    [{ description: 'x', subscopes: 'custom:notes' }, 'subscopes must be a list of strings'],
    [{ description: 'x', subscopes: [1] }, 'subscopes must be a list of strings'],
    [{ description: 'x', subscopes: ['users'] }, "its subscope 'users' is not a custom scope"],
    [{ description: 'x', subscopes: ['custom:other'] }, "its subscope 'custom:other' is not defined"],
  ])('cannot be defined as %j', (scope, message) => {
    expect(() => new ScopeDefinitions({ 'custom:notes': scope as never })).toThrow(
      `cannot define scope 'custom:notes': ${message}`,
    );
  });

  it('warns about keys that mean nothing', () => {
    const scope = { description: 'x', doc_description: 'y' };
    expect(new ScopeDefinitions({ 'custom:notes': scope }).warnings).toEqual([expect.stringContaining("'doc_description'")]);
  });
});
