import { afterEach, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

const PASSWORDS = { user_password: 'course-2026', admin_password: 'a-much-longer-password-for-admins', password_groups: { 'group-one-pass': ['one'], 'group-two-pass': ['one', 'two'] } };

let app: TestApp;
afterEach(() => app.close());

async function hub(traits: Record<string, unknown> = {}): Promise<void> {
  app = await TestApp.create({
    JupyterHub: { authenticator_class: 'shared-password' },
    Authenticator: { allow_all: true, admin_users: ['boss'], manage_groups: true },
    SharedPasswordAuthenticator: { ...PASSWORDS, ...traits },
  });
}

const user = async (name: string) => (await app.admin('GET', `/users/${name}`)).json;

test('a password may also say of which groups somebody is', async () => {
  await hub();
  await app.logIn('ada', 'group-two-pass');
  expect(await user('ada')).toMatchObject({ groups: ['one', 'two'], admin: false });
  await app.logIn('ada', 'group-one-pass');
  expect((await user('ada')).groups).toEqual(['one']);
  await app.logIn('ada', 'course-2026');
  expect((await user('ada')).groups).toEqual([]);
});

test('an admin proves it with the password of admins, and with no other', async () => {
  await hub();
  for (const password of ['course-2026', 'group-one-pass']) await expect(app.logIn('Boss', password)).rejects.toThrow('403');
  await app.logIn('Boss', 'a-much-longer-password-for-admins');
  expect(await user('boss')).toMatchObject({ admin: true, groups: [] });
});

test('with passwords of groups alone, everybody else stays out', async () => {
  await hub({ user_password: null });
  await expect(app.logIn('ada', 'course-2026')).rejects.toThrow('403');
  await app.logIn('ada', 'group-one-pass');
});
