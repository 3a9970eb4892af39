import { describe, expect, it } from 'vitest';
import { ScopeDefinitions } from './definitions.js';
import { describeScopes } from './describe.js';

describe('describeScopes', () => {
  it.each([
    ['tokens', ''],
    ['tokens!user', 'only you'],
    ['tokens!user=alice', 'only you'],
    ['tokens!user=bob', 'user bob'],
    ['tokens!group=red', 'users in group red'],
    ['read:groups!group=red', 'group red'],
    ['servers!server', 'this server'],
    ['servers!server=bob/lab', 'the server bob/lab'],
    ['servers!server=bob/', 'the default server of bob'],
    ['access:services!service', 'this service'],
    ['access:services!service=web', 'service web'],
  ])('%s is for: %s', (scope, filter) => {
    expect(describeScopes([scope], { username: 'alice' })).toMatchObject([{ scope: scope.split('!')[0], filter }]);
  });

  it('has one entry for each scope', () => {
    const described = describeScopes(['tokens!user', 'self', 'tokens!group=red', 'self', 'tokens!user=bob']);
    expect(described.map(({ scope, filter }) => [scope, filter])).toEqual([
      ['tokens', 'only you or users in group red or user bob'],
      ['self', ''],
    ]);
    expect(describeScopes(['tokens!user=bob', 'tokens'])).toMatchObject([{ scope: 'tokens', filter: '' }]);
  });

  it('uses the words of custom scopes, and says when there is no such scope', () => {
    const definitions = new ScopeDefinitions({ 'custom:notes': { description: 'Read notes' } });
    expect(describeScopes(['custom:notes'], { definitions })).toEqual([
      { scope: 'custom:notes', description: 'Read notes', filter: '' },
    ]);
    expect(describeScopes(['custom:notes', 'users!'])).toMatchObject([
      { scope: 'custom:notes', description: expect.stringContaining('does not exist') },
      { scope: 'users!', description: expect.stringContaining('does not exist') },
    ]);
  });
});
