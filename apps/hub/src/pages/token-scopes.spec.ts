import { describe, expect, it } from 'vitest';
import { expandScopes, ScopeDefinitions } from '#scopes';
import { permissionsOf, scopeChoices } from './token-scopes.js';

const context = { definitions: ScopeDefinitions.builtIn, username: 'ada' };
const self = [...expandScopes(['self'], { owner: { kind: 'user', name: 'ada' } })];

describe('scopeChoices', () => {
  it('offers what is held, each once, parts below their whole', () => {
    const choices = scopeChoices(self, context);
    const servers = choices.find(({ scope }) => scope === 'servers!user=ada')!;
    expect(servers).toMatchObject({ filter: 'only you', description: expect.stringMatching(/^[A-Z]/) as unknown });
    expect(servers.parts.map(({ scope }) => scope)).toContain('start:servers!user=ada');
    const all = choices.flatMap(({ scope, parts }) => [scope, ...parts.map((part) => part.scope)]);
    expect(new Set(all).size).toBe(all.length);
    // what JupyterHub does not have is a part that is not listed
    expect(self.filter((scope) => !all.includes(scope))).toEqual(['read:servers:logs!user=ada']);
  });

  it('knows filters apart', () => {
    expect(scopeChoices(['servers!group=a', 'read:servers!group=b'], context).map(({ scope }) => scope)).toEqual(['servers!group=a', 'read:servers!group=b']);
    expect(scopeChoices([], context)).toEqual([]);
  });
});

describe('permissionsOf', () => {
  it('is silent when it is everything', () => expect(permissionsOf(self, self, context)).toBeUndefined());
  it('says the rest in words, without what follows from it', () => {
    const scopes = [...expandScopes(['servers!user=ada'])];
    expect(permissionsOf(scopes, self, context)!.map(({ scope, filter }) => [scope, filter])).toEqual([['servers', 'only you']]);
    expect(permissionsOf([], self, context)).toEqual([]);
  });
});
