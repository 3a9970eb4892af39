import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { TestApp } from '../support/app.js';
import { databaseOf } from '../support/routes.js';

let app: TestApp;
let limited: TestApp;
const PEOPLE = { admin_users: ['boss'], allowed_users: ['ada', 'bob', 'boss'] };

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: { load_groups: { staff: { users: ['ada'] } }, load_roles: [{ name: 'reader', scopes: ['read:users'], groups: ['staff'] }] },
    Authenticator: PEOPLE,
  });
  limited = await TestApp.create({ JupyterHub: { token_expires_in_max_seconds: 3600 }, Authenticator: PEOPLE });
});
afterAll(() => Promise.all([app.close(), limited.close()]));
afterEach(() => void vi.useRealTimers());

interface Made {
  id: string;
  token: string;
  scopes: string[];
  expires_at: string | null;
  note: string;
}

const make = async (user: string, body?: object): Promise<Made> => (await app.admin('POST', `/users/${user}/tokens`, body)).json as Made;
const as = (token: string, method: string, apiPath: string, body?: unknown) => app.request({ method, path: `/hub/api${apiPath}`, token, body });

describe('a token', () => {
  test('can be narrower than its owner, and then is', async () => {
    const { token } = await make('boss', { scopes: ['read:users:name!user=ada'] });
    expect((await as(token, 'GET', '/users/ada')).json).toEqual({ kind: 'user', name: 'ada', admin: false, user_info: null });
    for (const apiPath of ['/users/bob', '/users/ada/tokens', '/users', '/groups', '/proxy']) expect([403, 404]).toContain((await as(token, 'GET', apiPath)).status);
    const { json } = await as(token, 'GET', '/user');
    expect(json.scopes).toEqual(['read:users:groups!user=boss', 'read:users:name!user=ada', 'read:users:name!user=boss']);
  });

  test('cannot be wider than its owner', async () => {
    for (const scopes of [['admin:users'], ['read:users!user=bob', 'list:users'], ['self', 'shutdown'], ['access:servers']]) {
      const { status, json } = await app.admin('POST', '/users/bob/tokens', { scopes });
      expect([status, json.message]).toEqual([400, expect.stringMatching(/^Not assigning requested scopes .* not held by User bob$/)]);
    }
    expect((await app.admin('POST', '/users/bob/tokens', { roles: ['admin'] })).status).toBe(400);
  });

  test('loses what its owner loses, and gets it back, at once', async () => {
    const { token } = await make('ada');
    const sees = async () => 'created' in (await as(token, 'GET', '/users/bob')).json;
    expect(await sees()).toBe(true);
    await app.admin('DELETE', '/groups/staff/users', { users: ['ada'] });
    expect(await sees()).toBe(false);
    await app.admin('POST', '/groups/staff/users', { users: ['ada'] });
    expect(await sees()).toBe(true);
  });

  test('cannot make another that can do more', async () => {
    const { token } = await make('ada', { scopes: ['tokens!user'] });
    const made = await as(token, 'POST', '/users/ada/tokens', { scopes: ['tokens!user'] });
    expect(made.status).toBe(201);
    expect((await as(token, 'GET', '/users/ada/tokens')).status).toBe(200);
    expect((await as(token, 'POST', '/users/bob/tokens')).status).toBe(403);
    expect((await as(token, 'GET', '/users/bob/tokens')).status).toBe(404);
  });

  test('ends when its time is up, also in the middle of use', async () => {
    const { token, expires_at } = await make('ada', { expires_in: 60 });
    expect(Date.parse(expires_at!) - Date.now()).toBeGreaterThan(55_000);
    expect((await as(token, 'GET', '/user')).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    expect((await as(token, 'GET', '/user')).status).toBe(403);
    const { api_tokens } = (await app.admin('GET', '/users/ada/tokens')).json as { api_tokens: Made[] };
    expect(api_tokens.filter((one) => one.expires_at === expires_at)).toEqual([]);
  });

  test('ends when it is revoked, and not another one', async () => {
    const [first, second] = [await make('ada'), await make('ada')];
    expect((await as(first.token, 'GET', '/user')).status).toBe(200);
    expect((await app.admin('DELETE', `/users/ada/tokens/${first.id}`)).status).toBe(204);
    expect((await as(first.token, 'GET', '/user')).status).toBe(403);
    expect((await as(second.token, 'GET', '/user')).status).toBe(200);
    expect((await app.admin('DELETE', `/users/ada/tokens/${first.id}`)).status).toBe(404);
  });

  test("of one person is not found among another's", async () => {
    const { id } = await make('bob');
    for (const method of ['GET', 'DELETE']) {
      for (const name of [id, 'a0', 'a-1', 'x1', 'a1e3', 'a99999999999999999999', id.slice(1)]) {
        expect([method, name, (await app.admin(method, `/users/ada/tokens/${name}`)).status]).toEqual([method, name, 404]);
      }
    }
    expect((await app.admin('GET', `/users/bob/tokens/${id}`)).status).toBe(200);
  });

  test('is shown once, and kept as a hash', async () => {
    const { token, id } = await make('ada', { note: 'for the cron job' });
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    for (const apiPath of ['/users/ada/tokens', `/users/ada/tokens/${id}`]) {
      const { text } = await app.admin('GET', apiPath);
      expect(text).toContain('for the cron job');
      expect(text).not.toContain(token);
    }
    expect(JSON.stringify(await databaseOf(app))).not.toContain(token);
  });

  test('says by whom it was asked for, unless it has a note', async () => {
    const { token, note } = await make('ada');
    expect(note).toBe('Requested via api by service admin-service');
    expect((await as(token, 'POST', '/users/ada/tokens')).json.note).toBe('Requested via api');
    expect((await as(token, 'POST', '/users/ada/tokens', { note: 5 })).json.note).toBe('5');
  });
});

describe('a login in place of a token', () => {
  const ask = (user: string, auth: unknown, headers = {}) => app.request({ method: 'POST', path: `/hub/api/users/${user}/tokens`, body: { auth }, headers });

  test('gives one to its owner', async () => {
    const { status, json } = await ask('ada', { username: 'ada', password: 'secret' });
    expect(status).toBe(201);
    expect((await as(json.token as string, 'GET', '/user')).json.name).toBe('ada');
  });

  test.each([
    ['a wrong password', 'ada', { username: 'ada', password: 'guess' }],
    ['nothing', 'ada', null],
    ['no password', 'ada', { username: 'ada' }],
    ['something else', 'ada', ['ada', 'secret']],
    ['another name', 'bob', { username: 'ada', password: 'secret' }],
    ['a name that is not there', 'nobody', { username: 'ada', password: 'secret' }],
    ['somebody who never logged in', 'zoe', { username: 'zoe', password: 'secret' }],
  ])('gives none for %s', async (_what, user, auth) => {
    const before = await databaseOf(app);
    expect((await ask(user, auth)).status).toBe(403);
    expect(await databaseOf(app)).toEqual(before);
  });

  test('tells people who exist from those who do not by nothing', async () => {
    const [known, unknown] = [await ask('bob', { username: 'ada', password: 'secret' }), await ask('nobody', { username: 'ada', password: 'secret' })];
    expect(known.json.message.replace('bob', 'X')).toBe(unknown.json.message.replace('nobody', 'X'));
  });

  test('is no way around the XSRF token of somebody who is logged in', async () => {
    const { cookie } = await app.logIn('ada');
    expect((await ask('ada', { username: 'ada', password: 'secret' }, { cookie })).status).toBe(403);
  });
});

describe('with a limit on their life', () => {
  const lifeOf = ({ json }: { json: Made }) => Math.round((Date.parse(json.expires_at!) - Date.now()) / 1000);

  test.each([[undefined], [{}], [{ expires_in: null }], [{ expires_in: 0 }], [{ expires_in: 3600 }]])('tokens for %j live as long as they may', async (body) => {
    expect(lifeOf(await limited.admin('POST', '/users/ada/tokens', body))).toBeGreaterThanOrEqual(3598);
  });

  test('longer is refused, and shorter is shorter', async () => {
    expect((await limited.admin('POST', '/users/ada/tokens', { expires_in: 3601 })).status).toBe(400);
    expect(lifeOf(await limited.admin('POST', '/users/ada/tokens', { expires_in: 60 }))).toBeLessThanOrEqual(60);
  });
});

test('tokens that are made at the same moment fail each for itself', async () => {
  const store = app.hub.app.get(TokenStore);
  const { id } = (await app.hub.foundation.db('users').where({ name: 'ada' }).first())!;
  const mint = (owner: number) => store.mint({ owner: { kind: 'user', id: owner }, note: 'at once', scopes: ['self'] });
  const [good, gone, other] = await Promise.allSettled([mint(id), mint(1_000_000), mint(id)]);
  expect(gone).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('FOREIGN KEY') as string } });
  for (const made of [good, other]) {
    if (made.status === 'rejected') throw made.reason;
    expect((await as(made.value.token, 'GET', '/user')).json).toMatchObject({ name: 'ada', token_id: `a${made.value.row.id}` });
  }
});
