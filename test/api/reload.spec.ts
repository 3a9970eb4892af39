import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ServiceSupervisor } from '../../apps/hub/src/services/supervisor.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';
import { databaseOf } from '../support/routes.js';

const ADMIN = { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true };
const OTHER = { name: 'other', api_token: 'other-token-0123456789', url: 'http://127.0.0.1:9' };
const READER = { name: 'reader', scopes: ['read:users'], users: ['ada'] };

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.create({ JupyterHub: { services: [ADMIN, OTHER], load_roles: [READER] }, Authenticator: { allowed_users: ['ada'] } });
});
afterEach(() => app.close());

const reload = () => app.admin('POST', '/reload');
const scopesOf = async (token: string) => ((await app.request({ path: '/hub/api/user', token })).json as { scopes: string[] }).scopes;

test('a config that is the same changes nothing at all', async () => {
  const before = await databaseOf(app);
  expect(await reload()).toMatchObject({ status: 200, json: { changes: [] } });
  expect(await databaseOf(app)).toEqual(before);
});

test('services, roles, people and limits are taken over; what takes a restart is told', async () => {
  const { token } = (await app.admin('POST', '/users/ada/tokens', {})).json as { token: string };
  expect(await scopesOf(token)).toContain('read:users');
  app.rewriteConfig({
    JupyterHub: {
      services: [ADMIN, { name: 'new', api_token: 'new-token-0123456789' }],
      load_roles: [{ ...READER, scopes: ['list:users'], services: ['new'] }],
      active_server_limit: 7,
      activity_resolution: 60,
    },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
  const { changes } = (await reload()).json as { changes: { text: string; applied: boolean }[] };
  expect(changes).toEqual([
    { text: 'JupyterHub.services: added new; removed other', applied: true },
    { text: 'JupyterHub.load_roles: changed reader', applied: true },
    { text: 'JupyterHub.active_server_limit: 0 → 7', applied: true },
    { text: 'JupyterHub.activity_resolution: 30 → 60', applied: false },
    { text: 'Authenticator.allowed_users: added bob', applied: true },
  ]);
  expect(app.hub.foundation.config.JupyterHub).toMatchObject({ active_server_limit: 7, activity_resolution: 30 });
  expect(await scopesOf(token)).toContain('list:users');
  expect(await scopesOf('new-token-0123456789')).toContain('list:users');
  expect((await app.request({ path: '/hub/api/user', token: OTHER.api_token })).status).toBe(403);
  expect((await app.admin('GET', '/users/bob')).status).toBe(200);
  expect((await reload()).json).toMatchObject({ changes: [{ applied: false }] });
});

test('a new service has its roles before it is started', async () => {
  const roles: unknown[] = [];
  const supervisor = app.hub.app.get(ServiceSupervisor);
  const held = async (name: string) => ((await app.admin('GET', `/services/${name}`)).json as { roles: string[] }).roles;
  vi.spyOn(supervisor, 'apply').mockImplementation(async ({ added }) => {
    for (const { name } of added) roles.push(await held(name));
  });
  app.rewriteConfig({
    JupyterHub: { services: [ADMIN, OTHER, { name: 'new', command: ['true'] }], load_roles: [{ ...READER, services: ['new'] }] },
    Authenticator: { allowed_users: ['ada'] },
  });
  expect((await reload()).status).toBe(200);
  expect(roles).toEqual([['reader']]);
});

describe('a wrong config changes nothing', () => {
  test.each([
    ['a key that does not exist', { JupyterHub: { actve_server_limit: 7 } }, /actve_server_limit.*active_server_limit/],
    ['a scope that does not exist', { JupyterHub: { load_roles: [{ name: 'reader', scopes: ['read:everything'] }] } }, /read:everything/],
    ['a role for a service that is gone', { JupyterHub: { services: [ADMIN], load_roles: [{ ...READER, services: ['other'] }] } }, /no such service/],
    ['a service that cannot be', { JupyterHub: { services: [ADMIN, { name: 'other', url: 'ftp://x' }] } }, /other.*url/],
    ['a name that cannot be', { JupyterHub: { services: [ADMIN] }, Authenticator: { allowed_users: ['a/b'] } }, /a\/b/],
  ] as const)('%s', async (_what, traits, message) => {
    const before = await databaseOf(app);
    app.rewriteConfig(traits as never);
    const answer = await reload();
    expect(answer).toMatchObject({ status: 400, json: { message: expect.stringMatching(message) as string } });
    expect(await databaseOf(app)).toEqual(before);
    expect((await app.request({ path: '/hub/api/user', token: OTHER.api_token })).status).toBe(200);
  });
});
