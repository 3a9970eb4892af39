import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      load_groups: { staff: { users: ['ada'], properties: { floor: 2 } }, other: {} },
      load_roles: [
        { name: 'helper', scopes: ['list:users', 'read:users:name'], groups: ['staff'] },
        { name: 'warden', scopes: ['groups!group=staff', 'list:groups!group=staff'], users: ['warden'] },
      ],
    },
    Authenticator: { allowed_users: ['ada', 'bob', 'warden'] },
  });
});
afterAll(() => app.close());

const tokenOf = async (user: string) => (await app.admin('POST', `/users/${user}/tokens`)).json.token as string;
const as = (token: string, method: string, apiPath: string, body?: unknown) => app.request({ method, path: `/hub/api${apiPath}`, token, body });
const group = async (name: string) => (await app.admin('GET', `/groups/${name}`)).json;

describe('members', () => {
  test('have what the roles of the group grant, from the moment they come to the moment they go', async () => {
    const bob = await tokenOf('bob');
    const mayList = async () => (await as(bob, 'GET', '/users')).status === 200;
    expect(await mayList()).toBe(false);
    expect((await app.admin('POST', '/groups/staff/users', { users: ['bob'] })).json.users).toEqual(['ada', 'bob']);
    expect(await mayList()).toBe(true);
    expect((await app.admin('DELETE', '/groups/staff/users', { users: ['bob'] })).json.users).toEqual(['ada']);
    expect(await mayList()).toBe(false);
  });

  test('are added once, by any spelling, and taken out though they are not in', async () => {
    for (const users of [['BOB'], ['bob', 'bob'], ['bob']]) expect((await app.admin('POST', '/groups/staff/users', { users })).json.users).toEqual(['ada', 'bob']);
    for (let time = 0; time < 2; time += 1) expect((await app.admin('DELETE', '/groups/staff/users', { users: ['bob'] })).json.users).toEqual(['ada']);
  });

  test('that do not exist are refused, and those beside them are not added', async () => {
    for (const method of ['POST', 'DELETE']) {
      expect((await app.admin(method, '/groups/staff/users', { users: ['bob', 'nobody'] })).json).toEqual({ status: 400, message: 'No such user: nobody' });
    }
    expect((await group('staff')).users).toEqual(['ada']);
  });
});

describe('groups', () => {
  test('are made with members and properties, or not at all', async () => {
    expect((await app.admin('POST', '/groups/new', { users: ['nobody'] })).status).toBe(400);
    expect((await app.admin('GET', '/groups/new')).status).toBe(404);
    expect((await app.admin('POST', '/groups/new', { users: ['ada'] })).json).toMatchObject({ kind: 'group', name: 'new', users: ['ada'], properties: {}, roles: [] });
    expect((await app.admin('POST', '/groups/new')).json).toEqual({ status: 409, message: 'Group new already exists' });
    expect((await app.admin('PUT', '/groups/new/properties', { deep: { list: [1, 'ü'] } })).json.properties).toEqual({ deep: { list: [1, 'ü'] } });
    expect((await app.admin('PUT', '/groups/new/properties', {})).json.properties).toEqual({});
  });

  test.each([
    ['one that exists', { groups: ['fresh', 'staff'] }, 409],
    ['a name that is too long', { groups: ['fresh', 'x'.repeat(256)] }, 400],
    ['a name that is empty', { groups: ['fresh', ''] }, 400],
    ['a member who does not exist', { groups: ['fresh', 'fresher'], users: ['nobody'] }, 400],
  ])('are made all or none: with %s', async (_what, body, status) => {
    expect((await app.admin('POST', '/groups', body)).status).toBe(status);
    expect((await app.admin('GET', '/groups/fresh')).status).toBe(404);
  });

  test('are made many at a time, each once', async () => {
    const { status, json } = await app.admin('POST', '/groups', { groups: ['red', 'blue', 'red'], users: ['ada'] });
    expect([status, json.map(({ name, users }: { name: string; users: string[] }) => [name, users])]).toEqual([201, [['red', ['ada']], ['blue', ['ada']]]]);
  });

  test('go with their memberships and roles, and leave their members', async () => {
    await app.admin('POST', '/groups/staff/users', { users: ['bob'] });
    const bob = await tokenOf('bob');
    expect((await as(bob, 'GET', '/users')).status).toBe(200);
    expect((await app.admin('DELETE', '/groups/staff')).status).toBe(204);
    expect((await as(bob, 'GET', '/users')).status).toBe(403);
    expect((await app.admin('GET', '/users/bob')).json.groups).toEqual([]);
    // one of the same name that comes later is another one
    expect((await app.admin('POST', '/groups/staff', { users: ['bob'] })).json).toMatchObject({ users: ['bob'], roles: [], properties: {} });
    expect((await as(bob, 'GET', '/users')).status).toBe(403);
  });
});

test('who wards one group sees and changes that one alone', async () => {
  const warden = await tokenOf('warden');
  expect((await as(warden, 'GET', '/groups')).json.map(({ name }: { name: string }) => name)).toEqual(['staff']);
  expect((await as(warden, 'POST', '/groups/staff/users', { users: ['ada'] })).status).toBe(200);
  expect((await as(warden, 'POST', '/groups/other/users', { users: ['ada'] })).status).toBe(404);
  expect((await as(warden, 'GET', '/groups/other')).status).toBe(404);
  expect((await as(warden, 'DELETE', '/groups/staff')).status).toBe(403);
  expect((await group('other')).users).toEqual([]);
});
