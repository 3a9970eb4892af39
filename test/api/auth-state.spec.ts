import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CryptKeeper } from '../../apps/hub/src/identity/crypt-keeper.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

const READER = 'api-test-state-reader-token-0123456789';
const LISTER = 'api-test-state-lister-token-0123456789';
const [NEW, OLD] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const STATE = { token: 'upstream', nested: { list: [1, 2], text: 'grün' } };

const JupyterHub = {
  services: [
    { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
    { name: 'reader', api_token: READER },
    { name: 'lister', api_token: LISTER },
  ],
  load_roles: [
    { name: 'reader', scopes: ['admin:auth_state', 'read:users'], services: ['reader'] },
    { name: 'lister', scopes: ['list:users', 'read:users'], services: ['lister'] },
  ],
};

const createWith = (...keys: string[]) =>
  TestApp.create({ JupyterHub, Authenticator: { enable_auth_state: true, allow_all: true }, CryptKeeper: { keys } });

let app: TestApp;
beforeAll(async () => {
  app = await createWith(NEW, OLD);
  await app.admin('POST', '/users', { usernames: ['ada', 'bob', 'eve', 'old', 'lost'] });
});
afterAll(() => app.close());

const show = async (name: string, token = READER) => (await app.request({ path: `/hub/api/users/${name}`, token })).json;

const store = (name: string, bytes: Buffer | null) => app.hub.foundation.db('users').where({ name }).update({ encrypted_auth_state: bytes });

async function stored(name: string): Promise<string | undefined> {
  const row = await app.hub.foundation.db('users').where({ name }).first('encrypted_auth_state');
  return row?.encrypted_auth_state?.toString();
}

const sealedWith = (key: string) => {
  const { config } = app.hub.foundation;
  return new CryptKeeper({ ...config, CryptKeeper: { ...config.CryptKeeper, keys: [key] } }).encrypt(STATE);
};

test('what an admin sets comes back to those who may see it', async () => {
  const answer = await app.admin('PATCH', '/users/ada', { auth_state: STATE });
  expect([answer.status, answer.json.auth_state]).toEqual([200, STATE]);
  expect((await show('ada')).auth_state).toEqual(STATE);
  expect(await show('ada', LISTER)).not.toHaveProperty('auth_state');
  expect((await app.admin('PATCH', '/users/ada', { auth_state: {} })).json.auth_state).toEqual({});
});

test('it is encrypted in the database', async () => {
  await app.admin('PATCH', '/users/ada', { auth_state: STATE });
  expect(await stored('ada')).toMatch(/^gAAAA[\w-]+=*$/);
});

test('another change leaves it as it is', async () => {
  await app.admin('PATCH', '/users/bob', { auth_state: STATE });
  expect((await app.admin('PATCH', '/users/bob', { admin: false })).json.auth_state).toEqual(STATE);
});

test('lists, and users that have just been made, have a place for it that is empty', async () => {
  await app.admin('PATCH', '/users/ada', { auth_state: STATE });
  const { json } = await app.admin('GET', '/users?name_filter=ada');
  expect(json[0]).toMatchObject({ name: 'ada', auth_state: null });
  expect((await app.admin('POST', '/users/fresh')).json.auth_state).toBeNull();
});

test('who is asked about themselves does not get it', async () => {
  const { json } = await app.admin('POST', '/users/ada/tokens', {});
  expect((await app.request({ path: '/hub/api/user', token: json.token })).text).not.toContain('upstream');
});

test.each([null, 'text', 3, ['list']])('%j is no auth state', async (auth_state) => {
  expect((await app.admin('PATCH', '/users/bob', { auth_state })).status).toBe(400);
});

test('what an older key encrypted is read, and stored under the first', async () => {
  const old = sealedWith(OLD);
  await store('old', old);
  expect((await show('old')).auth_state).toEqual(STATE);
  const now = await stored('old');
  expect(now).not.toBe(old.toString());
  expect((await show('old')).auth_state).toEqual(STATE);
  expect(await stored('old')).toBe(now);
});

test.each([['under a key that is gone', () => sealedWith(randomBytes(32).toString('hex'))], ['that is garbage', () => Buffer.from('garbage')]])(
  'state %s is as none, and stays where it is',
  async (_what, bytes) => {
    const lost = bytes();
    await store('lost', lost);
    expect((await show('lost')).auth_state).toBeNull();
    expect(await stored('lost')).toBe(lost.toString());
  },
);

test('a login brings its own state, or none', async () => {
  await app.admin('PATCH', '/users/eve', { auth_state: STATE });
  await app.logIn('eve');
  expect((await show('eve')).auth_state).toBeNull();
  expect(await stored('eve')).toBeUndefined();
});

describe('where no auth state is kept', () => {
  let plain: TestApp;
  beforeAll(async () => {
    plain = await TestApp.create({ JupyterHub, Authenticator: { allow_all: true } });
    await plain.admin('POST', '/users/ada');
  });
  afterAll(() => plain.close());

  test('it cannot be set, and nothing else of the request happens', async () => {
    const { status, json } = await plain.admin('PATCH', '/users/ada', { admin: true, auth_state: STATE });
    expect([status, json.message]).toEqual([400, expect.stringContaining('Authenticator.enable_auth_state is off')]);
    expect((await plain.admin('GET', '/users/ada')).json).toMatchObject({ admin: false, auth_state: null });
  });

  test('what is left of earlier is not shown, and goes with the next login', async () => {
    const { db } = plain.hub.foundation;
    await db('users').where('name', 'ada').update({ encrypted_auth_state: sealedWith(NEW) });
    expect((await plain.admin('GET', '/users/ada')).json.auth_state).toBeNull();
    await plain.logIn('ada');
    expect((await db('users').where('name', 'ada').first('encrypted_auth_state'))!.encrypted_auth_state).toBeNull();
  });
});
