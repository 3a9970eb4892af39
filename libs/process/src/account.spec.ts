import { expect, test } from 'vitest';
import { accountOf, currentAccount, findAccount } from './account.js';

test('finds an account by its exact name', async () => {
  expect(await accountOf('root')).toEqual({ name: 'root', uid: 0, gid: 0, home: '/root', shell: expect.any(String) as string });
});

test.each(['no-such-account', '0', '', 'a:b', 'root\nx', '--help', '../root'])('there is no account %j', async (name) => {
  expect(await accountOf(name)).toBeUndefined();
});

test('reads passwd lines, and leaves broken ones out', () => {
  const passwd = 'ann:x:1000:100:Ann,,,:/home/ann:/bin/bash\nbroken:x:1\n';
  expect(findAccount(passwd, 'ann')).toEqual({ name: 'ann', uid: 1000, gid: 100, home: '/home/ann', shell: '/bin/bash' });
  expect(findAccount(passwd, 'broken')).toBeUndefined();
});

test('this process runs as some account', () => expect(currentAccount().uid).toBe(process.getuid!()));
