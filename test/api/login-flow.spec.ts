import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Authenticator, AuthModel, KnownUser, LoginAttempt } from '../../apps/hub/src/authenticators/authenticator.js';
import { LoginRefusedError, UnavailableError } from '../../apps/hub/src/errors.js';
import { cookiesOf, TestApp } from '../support/app.js';

/** An authenticator that believes everybody, and tells of them what it is told to. */
class Believing implements Authenticator {
  readonly hasForm = true;
  readonly tellsGroups = true;
  readonly tellsRoles = true;
  model: Partial<AuthModel> = {};
  refreshed: (user: KnownUser) => Promise<boolean | AuthModel> = () => Promise.resolve(true);
  asked = 0;

  async authenticate({ username, password }: LoginAttempt): Promise<AuthModel | undefined> {
    if (password === 'late') throw new LoginRefusedError('The library is closed.');
    return password === 'wrong' ? undefined : { name: username, ...this.model };
  }

  async authenticateRequest({ headers }: { headers: Record<string, unknown> }): Promise<AuthModel | undefined> {
    const name = headers['x-remote-user'];
    return typeof name === 'string' ? { name } : undefined;
  }

  refresh(user: KnownUser): Promise<boolean | AuthModel> {
    this.asked += 1;
    return this.refreshed(user);
  }

  warnings = () => [];
}

let app: TestApp;
let driver: Believing;

async function hub(Authenticator: Record<string, unknown> = {}, JupyterHub: Record<string, unknown> = {}): Promise<void> {
  driver = new Believing();
  app = await TestApp.create({ Authenticator: { allow_all: true, ...Authenticator }, JupyterHub }, (config) => {
    config.JupyterHub.authenticator_class = () => driver;
  });
}

afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

const user = async (name: string) => (await app.admin('GET', `/users/${name}`)).json;

async function submit(username: string, password = 'x') {
  const jar = cookiesOf(await app.request({ path: '/hub/login' }));
  const raw = new URLSearchParams({ username, password, _xsrf: jar.get('_xsrf')! }).toString();
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  return app.request({ method: 'POST', path: '/hub/login', raw, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' } });
}

const whoami = async (cookie: string) => (await app.request({ path: '/hub/api/user', headers: { cookie } })).json?.name as string | undefined;

describe('groups from the authenticator', () => {
  test('are replaced with each login, and made when they are new', async () => {
    await hub({ manage_groups: true });
    driver.model = { groups: ['physics', 'staff'] };
    await app.logIn('ada');
    expect((await user('ada')).groups).toEqual(['physics', 'staff']);
    driver.model = { groups: ['staff', 'chess'] };
    await app.logIn('ada');
    expect((await user('ada')).groups).toEqual(['chess', 'staff']);
    driver.model = { groups: null };
    await app.logIn('ada');
    expect((await user('ada')).groups).toEqual(['chess', 'staff']);
  });

  test('are wanted of every login, and nobody is made without them', async () => {
    await hub({ manage_groups: true });
    expect((await submit('ada')).status).toBe(500);
    expect((await app.admin('GET', '/users/ada')).status).toBe(404);
  });

  test('change nothing where the config has the groups', async () => {
    await hub();
    driver.model = { groups: ['physics'] };
    await app.logIn('ada');
    expect((await user('ada')).groups).toEqual([]);
  });

  test('can be edited through the API, as in JupyterHub since 5.3, until the next login', async () => {
    await hub({ manage_groups: true });
    driver.model = { groups: ['physics'] };
    await app.logIn('ada');
    expect((await app.admin('DELETE', '/groups/physics/users', { users: ['ada'] })).status).toBe(200);
    expect((await user('ada')).groups).toEqual([]);
    await app.logIn('ada');
    expect((await user('ada')).groups).toEqual(['physics']);
  });
});

describe('roles from the authenticator', () => {
  const reader = { name: 'reader', description: 'Reads', scopes: ['read:users'] };

  test('are exactly what it says; the admin flag is the role admin', async () => {
    await hub({ manage_roles: true });
    driver.model = { roles: [{ name: 'user' }, reader] };
    const { cookie } = await app.logIn('ada');
    expect((await user('ada')).roles).toEqual(['user', 'reader']);
    expect((await app.request({ path: '/hub/api/users/ada', headers: { cookie } })).status).toBe(200);
    driver.model = { roles: [{ name: 'user' }, { name: 'admin' }] };
    await app.logIn('ada');
    expect(await user('ada')).toMatchObject({ roles: ['user', 'admin'], admin: true });
    driver.model = { roles: [{ name: 'user' }] };
    await app.logIn('ada');
    expect(await user('ada')).toMatchObject({ roles: ['user'], admin: false });
    expect(await app.hub.foundation.db('roles').where({ name: 'reader' })).toEqual([]);
  });

  test('cannot change what a role of the config grants', async () => {
    await hub({ manage_roles: true }, { load_roles: [{ name: 'reader', scopes: ['read:users:name'] }] });
    driver.model = { roles: [reader] };
    await app.logIn('ada');
    expect((await app.hub.foundation.db('roles').where({ name: 'reader' }).first())?.scopes).toBe('["read:users:name"]');
  });

  test.each([[{ name: 'X' }], [{ name: 'reader', scopes: ['everything'] }]])('%j keeps somebody out, and makes nobody', async (role) => {
    await hub({ manage_roles: true });
    driver.model = { roles: [role] };
    expect((await submit('ada')).status).toBe(500);
    expect((await app.admin('GET', '/users/ada')).status).toBe(404);
  });
});

describe('a login of some time ago', () => {
  const HOUR = 3600;

  /** Lets time go by for what the hub remembers, without waiting for it. */
  const later = (seconds: number) => vi.useFakeTimers({ toFake: ['performance', 'Date'], now: Date.now() + seconds * 1000 });

  test('is looked at again once it is older than auth_refresh_age, and not before', async () => {
    await hub({ auth_refresh_age: HOUR });
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const { cookie } = await app.logIn('ada');
    expect(await whoami(cookie)).toBe('ada');
    expect(driver.asked).toBe(0);
    vi.advanceTimersByTime((HOUR + 1) * 1000);
    expect([await whoami(cookie), await whoami(cookie)]).toEqual(['ada', 'ada']);
    expect(driver.asked).toBe(1);
  });

  test('that does not hold makes somebody a stranger, for cookies and tokens, until they log in', async () => {
    await hub({ auth_refresh_age: HOUR });
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const { cookie } = await app.logIn('ada');
    const token = (await app.admin('POST', '/users/ada/tokens', {})).json.token as string;
    driver.refreshed = () => Promise.resolve(false);
    vi.advanceTimersByTime((HOUR + 1) * 1000);
    expect(await whoami(cookie)).toBeUndefined();
    expect((await app.request({ path: '/hub/api/user', token })).status).toBe(403);
    expect((await app.request({ path: '/hub/home', headers: { cookie } })).headers.location).toContain('/hub/login');
    expect(await whoami((await app.logIn('ada')).cookie)).toBe('ada');
  });

  test('brings what has changed since', async () => {
    await hub({ auth_refresh_age: HOUR, manage_groups: true });
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    driver.model = { groups: ['physics'] };
    const { cookie } = await app.logIn('ada');
    driver.refreshed = ({ name }) => Promise.resolve({ name: `${name}-as-somebody-else`, groups: ['chess'], admin: true });
    vi.advanceTimersByTime((HOUR + 1) * 1000);
    expect(await whoami(cookie)).toBe('ada');
    expect(await user('ada')).toMatchObject({ groups: ['chess'], admin: true });
  });

  test('stays good while nobody can say, and many requests are one question', async () => {
    await hub({ auth_refresh_age: HOUR });
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const { cookie } = await app.logIn('ada');
    driver.refreshed = () => Promise.reject(new UnavailableError('cannot ask: because it is away'));
    vi.advanceTimersByTime((HOUR + 1) * 1000);
    expect(await Promise.all(Array.from({ length: 5 }, () => whoami(cookie)))).toEqual(Array<string>(5).fill('ada'));
    expect(driver.asked).toBe(1);
  });

  test('is never looked at with auth_refresh_age 0', async () => {
    await hub({ auth_refresh_age: 0, refresh_pre_spawn: true });
    const { cookie } = await app.logIn('ada');
    later(10 * HOUR);
    expect(await whoami(cookie)).toBe('ada');
    expect(driver.asked).toBe(0);
  });

  test('has to hold for a start with refresh_pre_spawn, and for a stop by its owner with refresh_pre_stop', async () => {
    await hub({ auth_refresh_age: HOUR, refresh_pre_spawn: true, refresh_pre_stop: true });
    const { cookie, xsrf } = await app.logIn('ada');
    const headers = { cookie, 'x-xsrftoken': xsrf };
    driver.refreshed = () => Promise.resolve(false);
    const start = await app.admin('POST', '/users/ada/server', {});
    expect(start).toMatchObject({ status: 403, json: { message: expect.stringContaining('log in again to start a server') as string } });
    await app.logIn('ada');
    expect((await app.request({ method: 'DELETE', path: '/hub/api/users/ada/server', headers })).status).toBe(403);
    expect((await app.admin('DELETE', '/users/ada/server')).status).toBe(204);
  });
});

describe('post_auth_hook', () => {
  async function hooked(hook: NonNullable<Parameters<Parameters<typeof TestApp.create>[1] & object>[0]['Authenticator']['post_auth_hook']>): Promise<void> {
    driver = new Believing();
    app = await TestApp.create({ Authenticator: { allow_all: true } }, (config) => {
      config.JupyterHub.authenticator_class = () => driver;
      config.Authenticator.post_auth_hook = hook;
    });
  }

  test('may change what is known of somebody', async () => {
    await hooked((model) => ({ ...model, admin: model.name === 'ada', userInfo: { desk: 7 } }));
    await app.logIn('Ada');
    expect(await user('ada')).toMatchObject({ admin: true, user_info: { desk: 7 } });
  });

  test('may refuse', async () => {
    await hooked(() => null);
    expect((await submit('ada')).status).toBe(403);
    expect((await app.admin('GET', '/users/ada')).status).toBe(404);
  });

  test('is waited for ten seconds', async () => {
    await hooked(() => new Promise(() => undefined));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = submit('ada');
    let over = false;
    void answer.then(() => (over = true));
    for (let second = 0; !over && second < 600; second += 1) {
      await vi.advanceTimersByTimeAsync(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await answer).status).toBe(500);
    expect((await app.admin('GET', '/users/ada')).status).toBe(404);
  });

  test.each(['', 'a/b', 'a\nb'])('cannot give the name %j', async (name) => {
    await hooked((model) => ({ ...model, name }));
    expect((await submit('ada')).status).toBe(403);
  });
});

describe('a login that is refused', () => {
  test('for a reason that may be known tells it', async () => {
    await hub();
    const answer = await submit('ada', 'late');
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('The library is closed.');
  });

  test('for a new name that looks like another tells nothing, and leaves those be who have one', async () => {
    await hub();
    expect((await submit('\u0430dmin')).status).toBe(403);
    await app.admin('POST', '/users/%D0%B0dmin');
    expect((await submit('\u0430dmin')).status).toBe(302);
  });
});

test('with auto_login, the request itself says who somebody is, and a stranger is told so', async () => {
  await hub({ auto_login: true });
  const answer = await app.request({ path: '/hub/login?next=/hub/token', headers: { 'x-remote-user': 'Ada' } });
  expect(answer).toMatchObject({ status: 302, headers: { location: '/hub/token' } });
  expect(await whoami([...cookiesOf(answer)].map(([name, value]) => `${name}=${value}`).join('; '))).toBe('ada');
  expect((await app.request({ path: '/hub/login' })).status).toBe(403);
});

test('auth state is kept with each login, and an early one outlives a refresh that brings none', async () => {
  driver = new Believing();
  app = await TestApp.create({ Authenticator: { allow_all: true, enable_auth_state: true, auth_refresh_age: 60 }, CryptKeeper: { keys: [randomBytes(32).toString('hex')] } }, (config) => {
    config.JupyterHub.authenticator_class = () => driver;
  });
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  driver.model = { authState: { token: 'first' } };
  const { cookie } = await app.logIn('ada');
  const seen: unknown[] = [];
  driver.refreshed = ({ name, authState }) => (seen.push(authState), Promise.resolve({ name }));
  vi.advanceTimersByTime(61_000);
  await whoami(cookie);
  vi.advanceTimersByTime(61_000);
  await whoami(cookie);
  expect(seen).toEqual([{ token: 'first' }, { token: 'first' }]);
});
