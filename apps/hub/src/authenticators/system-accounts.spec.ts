import { expect, test } from 'vitest';
import { currentAccount } from '#process';
import { addUserCommand, ensureAccount } from './system-accounts.js';

const settings = { create_system_users: true, add_user_cmd: ['make', '--home', '/home/USERNAME'], uids: { ada: 4711 } };

test('the command names the person, with the uid that was chosen for them', () => {
  expect(addUserCommand('ada', settings)).toEqual(['make', '--home', '/home/ada', '--uid', '4711', 'ada']);
  expect(addUserCommand('bob', settings)).toEqual(['make', '--home', '/home/bob', 'bob']);
});

test('nothing is run for somebody who has an account', async () => {
  await ensureAccount(currentAccount().name, { ...settings, add_user_cmd: ['/nonexistent'] });
});

test('nobody gets an account where none is to be made', async () => {
  await expect(ensureAccount('elara-nobody', { ...settings, create_system_users: false })).rejects.toThrow('there is no such account on this machine');
});

test.each(['-r', '--root', 'a b', '$(id)', 'ünï'])('%s is never given to the command', async (name) => {
  await expect(ensureAccount(name, { ...settings, add_user_cmd: ['true'] })).rejects.toThrow('accounts have no such names');
});

test('a command that fails is quoted', async () => {
  const failing = { ...settings, add_user_cmd: ['sh', '-c', 'echo no room >&2; exit 3', '--'] };
  await expect(ensureAccount('elara-nobody', failing)).rejects.toThrow('cannot make an account for elara-nobody: because sh ended with 3: no room');
});
