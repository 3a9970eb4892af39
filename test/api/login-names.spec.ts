import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Authenticator, AuthModel, LoginAttempt } from '../../apps/hub/src/authenticators/authenticator.js';
import { TestApp } from '../support/app.js';

/** Takes everybody for who they say they are, and remembers under which names its rules were asked about them. */
class Watching implements Authenticator {
  readonly hasForm = true;
  readonly seen: string[] = [];

  async authenticate({ username }: LoginAttempt): Promise<AuthModel> {
    return { name: username };
  }

  blocks = async ({ name }: AuthModel) => this.saw(name, false);
  allows = async ({ name }: AuthModel) => this.saw(name, true);
  isAdmin = async ({ name }: AuthModel) => this.saw(name, undefined);
  addUser = async (name: string) => this.saw(name, undefined);
  warnings = () => [];

  private saw<T>(name: string, answer: T): T {
    this.seen.push(name);
    return answer;
  }
}

let app: TestApp;
let driver: Watching;
afterEach(() => app.close());

async function hub(Authenticator: Record<string, unknown> = {}): Promise<void> {
  driver = new Watching();
  app = await TestApp.create({ Authenticator: { auth_refresh_age: 0, ...Authenticator }, Elara: { login_failures_per_address: 0 } }, (config) => {
    config.JupyterHub.authenticator_class = () => driver;
  });
}

const names = async () => (await app.hub.foundation.db('users').orderBy('id').pluck('name')) as string[];
const getsIn = async (username: string, password?: string) => app.logIn(username, password).then(() => true, () => false);

// CVE-2021-41194: somebody else's account could be had by a name that was normalised for one step and not for the next
describe('a name', () => {
  const letter = fc.constantFrom('a', 'B', 'é', 'e\u0301', 'Ö', 'K', '\u212A', 'ß', 'İ', 'Σ', 'ǅ', '-', '.', '9', '李', 'ﬀ');

  test('is the same for every rule and for the database, however it is spelled', async () => {
    await hub();
    const property = fc.asyncProperty(fc.array(letter, { minLength: 1, maxLength: 5 }), async (letters) => {
      const typed = letters.join('');
      driver.seen.length = 0;
      const before = await names();
      fc.pre(await getsIn(typed));
      const [account, ...others] = new Set(driver.seen);
      expect(others).toEqual([]);
      expect(await names()).toEqual(before.includes(account!) ? before : [...before, account]);
      const after = await names();
      for (const spelling of [account!, account!.normalize('NFD'), typed.normalize('NFD'), typed.normalize('NFC')]) expect(await getsIn(spelling)).toBe(true);
      expect(await names()).toEqual(after);
    });
    await fc.assert(property, { numRuns: 40 });
    expect((await names()).length).toBeGreaterThan(15);
  });

  test('of the config is spelled in any way too', async () => {
    await hub({ blocked_users: ['BOB', 'Zoe\u0308'], admin_users: ['Boss', 'Ro\u0308sli'], allowed_users: ['ADA'], username_map: { bobby: 'bob', chief: 'boss' } });
    for (const spelling of ['bob', 'Bob', 'bobby', 'zoë', 'ZOE\u0308']) expect([spelling, await getsIn(spelling)]).toEqual([spelling, false]);
    for (const spelling of ['ada', 'boss', 'BOSS', 'chief', 'rösli']) expect([spelling, await getsIn(spelling)]).toEqual([spelling, true]);
    const admins = (await app.hub.foundation.db('users').where({ admin: true }).orderBy('name').pluck('name')) as string[];
    expect([admins, await names()]).toEqual([['boss', 'rösli'], ['boss', 'rösli', 'ada']]);
  });

  test('is spelled as its authenticator says, everywhere', async () => {
    await hub({ allow_all: true });
    Object.assign(driver, { normalize: (name: string) => name });
    for (const name of ['ADA', 'ada']) expect(await getsIn(name)).toBe(true);
    expect((await app.admin('POST', '/users', { usernames: ['ADA', 'Zoe'] })).json).toMatchObject([{ name: 'Zoe' }]);
    expect((await app.admin('POST', '/groups/capitals', { users: ['ADA', 'Zoe'] })).json).toMatchObject({ users: ['ADA', 'Zoe'] });
    expect(await names()).toEqual(['ADA', 'ada', 'Zoe']);
  });

  test('that is blocked in another spelling loses its roles at the start, and is asked about no account', async () => {
    await hub({ admin_users: ['bob'], blocked_users: ['Bob'], delete_invalid_users: true });
    expect((await app.admin('GET', '/users/bob')).json).toMatchObject({ admin: false, roles: [] });
    expect(driver.seen).toEqual([]);
  });
});

test('an admin’s account takes the password of admins, by whatever name it is meant', async () => {
  app = await TestApp.create({
    JupyterHub: { authenticator_class: 'shared-password' },
    Authenticator: { allow_all: true, admin_users: ['Rösli', 'boss'], username_map: { chief: 'boss' } },
    SharedPasswordAuthenticator: { user_password: 'course-2026', admin_password: 'a-much-longer-password-for-admins' },
  });
  for (const name of ['rösli', 'RO\u0308SLI', 'ro\u0308sli', 'chief', 'boss']) {
    expect([name, await getsIn(name, 'course-2026'), await getsIn(name, 'a-much-longer-password-for-admins')]).toEqual([name, false, true]);
  }
});

// CVE-2020-26250: the earlier name of the list of those who may log in was ignored, and everybody could
describe('a list under its earlier name', () => {
  test.each(['Authenticator', 'DummyAuthenticator'])('of %s lets in those who are on it, and nobody else', async (className) => {
    app = await TestApp.create({ [className]: { whitelist: ['ada'], ...(className === 'DummyAuthenticator' && { password: 'secret' }) } });
    expect([await getsIn('ada'), await getsIn('zoe')]).toEqual([true, false]);
  });
});
