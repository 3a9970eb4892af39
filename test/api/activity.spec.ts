import { afterAll, beforeAll, expect, test } from 'vitest';
import { Activity } from '../../apps/hub/src/identity/activity.js';
import { TokenStore } from '../../apps/hub/src/identity/token-store.js';
import { TestApp } from '../support/app.js';

let app: TestApp;
let id: number;
beforeAll(async () => {
  app = await TestApp.create({ Authenticator: { allowed_users: ['ada'] } });
  await app.admin('PUT', '/users/ada/servers/lab');
  id = ((await app.hub.foundation.db('spawners').where('name', 'lab').first()) as { id: number }).id;
});
afterAll(() => app.close());

const activity = () => app.hub.app.get(Activity).samplesOf(id, {});

/** A token as the server itself has it. */
async function tokenOf(prefix: string): Promise<string> {
  const { id: owner } = (await app.hub.foundation.db('users').where('name', 'ada').first()) as { id: number };
  const scopes = ['users:activity!user', 'read:users!user'];
  return (await app.hub.app.get(TokenStore).mint({ owner: { kind: 'user', id: owner }, note: `Server at ${prefix}`, scopes })).token;
}

test('a report is no call, a call is no report', async () => {
  const token = await tokenOf('/user/ada/lab/');
  const body = { servers: { lab: { last_activity: '2026-01-01T09:00:00Z' } } };
  expect((await app.request({ method: 'POST', path: '/hub/api/users/ada/activity', token, body })).status).toBe(200);
  expect(activity()).toMatchObject({ report: '2026-01-01 09:00:00.000000' });
  expect(activity()).not.toHaveProperty('api');
  expect((await app.request({ path: '/hub/api/users/ada', token })).status).toBe(200);
  expect(Date.parse(`${activity().api}Z`)).toBeGreaterThan(Date.now() - 5000);
  const { last_activity } = (await app.admin('GET', '/users/ada/servers/lab')).json;
  expect(last_activity).toBe('2026-01-01T09:00:00Z');
});

test('calls of others say nothing about this server', async () => {
  const before = activity();
  for (const prefix of ['/user/ada/', '/user/ada/gone/']) await app.request({ path: '/hub/api/users/ada', token: await tokenOf(prefix) });
  await app.admin('GET', '/users/ada');
  expect(activity()).toEqual(before);
});
