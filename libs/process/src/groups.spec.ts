import { expect, test } from 'vitest';
import { canonicalAccountName, currentAccount } from './account.js';
import { findGroups, groupsWith } from './groups.js';

test('finds groups by their exact names, and no others', async () => {
  expect(await findGroups(['no-such-group', 'root', '0', '--help'])).toEqual([{ name: 'root', gid: 0, members: expect.any(Array) as string[] }]);
  expect(await findGroups([])).toEqual([]);
});

test('tells membership by primary group and by list', async () => {
  const { name, gid } = currentAccount();
  const groups = [{ name: 'own', gid, members: [] }, { name: 'listed', gid: 4_000_001, members: ['elara-nobody'] }, { name: 'other', gid: 4_000_002, members: [] }];
  expect((await groupsWith(name, groups)).map((group) => group.name)).toEqual(['own']);
  expect((await groupsWith('elara-nobody', groups)).map((group) => group.name)).toEqual(['listed']);
  expect(await groupsWith(String(currentAccount().uid), groups)).toEqual([]);
});

test('a number is no other way to write a name', async () => {
  expect(await canonicalAccountName('0')).toBeUndefined();
  expect(await canonicalAccountName('root')).toBe('root');
  expect(await canonicalAccountName('elara-nobody')).toBeUndefined();
});
