import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_groups: { staff: { users: ['ada', 'bob'] } },
      load_roles: [
        { name: 'clerk', scopes: ['admin:users', 'delete:users', 'list:users', 'read:users'], users: ['clerk'] },
        { name: 'lister', scopes: ['list:users!group=staff', 'read:users:name!group=staff'], users: ['lister'] },
      ],
    },
    Authenticator: { admin_users: ['boss'], allowed_users: ['ada', 'bob', 'cleo', 'boss', 'clerk', 'lister'], username_map: { jdoe: 'john' } },
  });
});
afterAll(() => app.close());

const tokenOf = async (user: string, body?: object) => (await app.admin('POST', `/users/${user}/tokens`, body)).json.token as string;
const as = (token: string, method: string, apiPath: string, body?: unknown) => app.request({ method, path: `/hub/api${apiPath}`, token, body });
const make = async (...names: string[]) => void (await app.admin('POST', '/users', { usernames: names }));

describe('a new name', () => {
  test('keeps tokens, sessions, groups and roles', async () => {
    await make('old-name');
    await app.admin('POST', '/groups/staff/users', { users: ['old-name'] });
    const token = await tokenOf('old-name');
    const { cookie } = await app.logIn('old-name');
    const renamed = await app.admin('PATCH', '/users/old-name', { name: 'new-name' });
    expect(renamed.json).toMatchObject({ name: 'new-name', groups: ['staff'], roles: ['user'] });
    expect((await as(token, 'GET', '/user')).json.name).toBe('new-name');
    expect((await app.request({ path: '/hub/api/user', headers: { cookie } })).json.name).toBe('new-name');
    expect((await app.admin('GET', '/users/old-name')).status).toBe(404);
    // what was theirs by name is theirs by the new one, and nobody's by the old one
    expect((await as(token, 'GET', '/users/new-name')).status).toBe(200);
    await make('old-name');
    expect((await as(token, 'GET', '/users/old-name')).status).toBe(404);
  });

  test('cannot be one that is taken, that is no name, or that differs in nothing but is refused for others', async () => {
    await make('one', 'two');
    expect((await app.admin('PATCH', '/users/one', { name: 'two' })).json).toEqual({ status: 400, message: 'User two already exists, username must be unique' });
    for (const name of ['', 'a/b', ' x', '..', 'x'.repeat(256)]) expect((await app.admin('PATCH', '/users/one', { name })).status).toBe(400);
    expect((await app.admin('PATCH', '/users/one', { name: 'one' })).status).toBe(200);
    expect((await app.admin('GET', '/users/one')).json.name).toBe('one');
  });

  test('waits until the servers of the old one are stopped', async () => {
    await make('busy');
    const { db } = app.hub.foundation;
    const { id } = (await db('users').where('name', 'busy').first()) as { id: number };
    const [server] = await db('servers').insert({ proto: 'http', ip: '127.0.0.1', port: 9, base_url: '/user/busy/', cookie_name: 'x' }).returning('id');
    await db('spawners').insert({ user_id: id, name: '', server_id: server!.id, state: '{"pid": 1}' });
    const { json } = await app.admin('PATCH', '/users/busy', { name: 'idle' });
    expect(json).toEqual({ status: 400, message: expect.stringMatching(/^cannot rename busy: because .* running/) as string });
    await db('spawners').where({ user_id: id }).update({ server_id: null });
    expect((await app.admin('PATCH', '/users/busy', { name: 'idle' })).json.name).toBe('idle');
  });
});

describe('the admin flag', () => {
  test('is given and taken by admins alone, however wide the scopes of others', async () => {
    const clerk = await tokenOf('clerk');
    expect((await as(clerk, 'POST', '/users/made-by-clerk', { admin: true })).json.message).toBe('Only admins can grant admin permissions');
    expect((await as(clerk, 'POST', '/users', { usernames: ['made-by-clerk'], admin: true })).status).toBe(403);
    expect((await as(clerk, 'PATCH', '/users/cleo', { admin: true })).json.message).toBe('Only admins can grant admin permissions');
    for (const body of [{ admin: false }, { name: 'tamed' }]) {
      expect((await as(clerk, 'PATCH', '/users/boss', body)).json.message).toBe('Only admins can modify other admins');
    }
    expect((await app.admin('GET', '/users/made-by-clerk')).status).toBe(404);
    expect((await app.admin('GET', '/users/boss')).json).toMatchObject({ name: 'boss', admin: true });
  });

  test('works at once, for tokens and sessions that are there already, and ends as fast', async () => {
    await make('rising');
    const token = await tokenOf('rising');
    const { cookie } = await app.logIn('rising');
    const mayListUsers = async () => [
      (await as(token, 'GET', '/users')).status,
      (await app.request({ path: '/hub/api/users', headers: { cookie } })).status,
    ];
    expect(await mayListUsers()).toEqual([403, 403]);
    expect((await app.admin('PATCH', '/users/rising', { admin: true })).json).toMatchObject({ admin: true, roles: ['user', 'admin'] });
    expect(await mayListUsers()).toEqual([200, 200]);
    expect((await app.admin('PATCH', '/users/rising', { admin: false })).json).toMatchObject({ admin: false, roles: ['user'] });
    expect(await mayListUsers()).toEqual([403, 403]);
  });
});

describe('a user who is deleted', () => {
  test('is not oneself', async () => {
    const boss = await tokenOf('boss');
    expect((await as(boss, 'DELETE', '/users/boss')).json).toEqual({ status: 400, message: 'Cannot delete yourself!' });
  });

  test('loses tokens and sessions, also for somebody of the same name who comes later', async () => {
    await make('leaver');
    await app.admin('POST', '/groups/staff/users', { users: ['leaver'] });
    const token = await tokenOf('leaver');
    const { cookie } = await app.logIn('leaver');
    expect((await app.admin('DELETE', '/users/leaver')).status).toBe(204);
    await make('leaver');
    expect((await as(token, 'GET', '/user')).status).toBe(403);
    expect((await app.request({ path: '/hub/api/user', headers: { cookie } })).status).toBe(403);
    expect((await app.admin('GET', '/users/leaver')).json).toMatchObject({ groups: [], admin: false, last_activity: null });
    expect((await app.admin('DELETE', '/users/nobody-of-this-name')).status).toBe(404);
  });
});

describe('many at a time', () => {
  test('are normalised, made once each, and those who exist are passed over', async () => {
    const { status, json } = await app.admin('POST', '/users', { usernames: ['ADA', 'Zoe', 'zoe', 'JDoe', 'yan'] });
    expect([status, json.map(({ name }: { name: string }) => name)]).toEqual([201, ['zoe', 'john', 'yan']]);
    expect((await app.admin('POST', '/users', { usernames: ['zoe', 'YAN'] })).json).toEqual({ status: 409, message: 'All 2 users already exist' });
  });

  test('are made all or none', async () => {
    const { status, json } = await app.admin('POST', '/users', { usernames: ['fine', 'not/fine', ' spaced'] });
    expect([status, json.message]).toEqual([400, 'Invalid usernames: not/fine,  spaced']);
    expect((await app.admin('GET', '/users/fine')).status).toBe(404);
  });
});

describe('a list', () => {
  const names = ({ json }: { json: { name: string }[] }) => json.map(({ name }) => name);

  test('shows those whom the caller may list, with what the caller may see', async () => {
    const lister = await tokenOf('lister');
    const { json } = await as(lister, 'GET', '/users?sort=name');
    expect(json).toEqual(['ada', 'bob', 'new-name'].map((name) => ({ kind: 'user', name, admin: false, user_info: null })));
    expect((await as(await tokenOf('cleo'), 'GET', '/users')).status).toBe(403);
    expect((await as(lister, 'GET', '/users/cleo')).status).toBe(404);
  });

  test('is found by parts of names, in either order', async () => {
    await make('sort-b', 'sort-a', 'sort-c');
    expect(names(await app.admin('GET', '/users?name_filter=SORT-&sort=name'))).toEqual(['sort-a', 'sort-b', 'sort-c']);
    expect(names(await app.admin('GET', '/users?name_filter=sort-&sort=-name'))).toEqual(['sort-c', 'sort-b', 'sort-a']);
    expect(names(await app.admin('GET', '/users?name_filter=sort-'))).toEqual(['sort-b', 'sort-a', 'sort-c']);
    for (const query of ['sort=password', 'sort=cookie_id', 'state=nonsense', 'limit=x', "sort=name'"]) expect((await app.admin('GET', `/users?${query}`)).status).toBe(400);
    expect(names(await app.admin('GET', "/users?name_filter=' OR 1=1 --"))).toEqual([]);
  });

  test('has those with a server that did not start, by an index of its own', async () => {
    const { db } = app.hub.foundation;
    await make('unlucky', 'lucky');
    for (const name of ['unlucky', 'lucky']) await app.admin('PUT', `/users/${name}/servers/lab`);
    const spawner = (await db('spawners').join('users', 'users.id', 'user_id').where('users.name', 'unlucky').first('spawners.id')) as { id: number };
    await db('elara_server_lifecycle').insert({ spawner_id: spawner.id, state: 'stopped', epoch: 1, failure_code: 'exited-early', failure: '{}', updated: '2026-01-01 00:00:00' });
    expect(names(await app.admin('GET', '/users?state=failed'))).toEqual(['unlucky']);
    const plan = (await db.raw('EXPLAIN QUERY PLAN SELECT spawner_id FROM elara_server_lifecycle WHERE failure_code IS NOT NULL')) as { detail: string }[];
    expect(plan[0]!.detail).toContain('elara_failed_servers');
  });

  test('comes in pages that lead to each other', async () => {
    const accept = { accept: 'application/jupyterhub-pagination+json', host: 'hub.example:8000' };
    const seen: string[] = [];
    let next = '/hub/api/users?limit=4&sort=name&name_filter=o';
    while (next) {
      const { json } = await app.request({ path: next, headers: { ...accept, authorization: `token ${await tokenOf('boss')}` } });
      seen.push(...json.items.map(({ name }: { name: string }) => name));
      expect(json.items.length).toBeLessThanOrEqual(4);
      const { url } = json._pagination.next ?? { url: '' };
      if (url) expect(url).toMatch(/^http:\/\/hub\.example:8000\/hub\/api\/users\?/);
      next = url.replace('http://hub.example:8000', '');
    }
    expect(seen.length).toBeGreaterThan(4);
    expect(seen).toEqual([...new Set(seen)].sort());
  });
});

test('nothing secret of a user is ever shown', async () => {
  const { text } = await app.admin('GET', '/users?include_stopped_servers');
  const cookies = (await app.hub.foundation.db('users').pluck('cookie_id')) as string[];
  for (const cookie of cookies) expect(text).not.toContain(cookie);
  expect(text).not.toContain('cookie_id');
});
