import { expect, test } from 'vitest';
import { scopesOnServer } from './shared-scopes.js';

test('stored scopes follow the server to its present name', () => {
  const stored = ['servers!server=ada/lab', 'access:servers!server=ada/lab'];
  expect(scopesOnServer(stored, 'lovelace/lab')).toEqual(['access:servers!server=lovelace/lab', 'servers!server=lovelace/lab']);
});

test('whatever filter is stored, or none, a share reaches its own server only', () => {
  expect(scopesOnServer(['servers', 'servers!user=eve', 'servers!server=a!b/c'], 'a!b/')).toEqual(['servers!server=a!b/']);
});
