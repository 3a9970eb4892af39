import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DatabaseInfo } from '../../apps/hub/src/info/database-info.js';
import { Health } from '../../apps/hub/src/news/health.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  const services = [{ name: 'admin-service', api_token: ADMIN_TOKEN, admin: true }, { name: 'board', url: 'http://127.0.0.1:9' }];
  app = await TestApp.create({ JupyterHub: { services }, Authenticator: { admin_users: ['boss'] } });
});
afterAll(() => app.close());

const elara = async () => (await app.admin('GET', '/info')).json.elara as Record<string, never> & { health: { status: string; [part: string]: unknown } };

test('it tells what runs', async () => {
  expect((await elara()).database).toEqual({ kind: 'sqlite', version: null, location: 'in memory' });
  await app.hub.app.get(DatabaseInfo).look();
  expect(await elara()).toMatchObject({
    version: expect.any(String),
    node: process.version,
    proxy: { class: 'configurable-http-proxy', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    database: { kind: 'sqlite', version: expect.stringMatching(/^3\./), location: 'in memory' },
    health: { status: 'ok', database: { status: 'ok', reason: null }, proxy: { status: 'unknown', since: null } },
  });
});

test('a part that fails says since when and why, until it is well again', async () => {
  const health = app.hub.app.get(Health);
  health.tell('loop poll servers');
  health.tell('service board', 'connect ECONNREFUSED');
  const failing = { status: 'failing', since: expect.any(String), reason: 'connect ECONNREFUSED' };
  const ok = { status: 'ok', since: expect.any(String), reason: null };
  expect((await elara()).health).toMatchObject({ status: 'failing', services: { board: failing }, loops: { 'poll servers': ok } });
  health.tell('service board');
  expect((await elara()).health).toMatchObject({ status: 'ok', services: { board: ok } });
});

test('a database that does not answer is told without its statements', async () => {
  const raw = vi.spyOn(app.hub.foundation.db, 'select').mockImplementation(() => {
    throw Object.assign(new Error("select 'secret' - SQLITE_BUSY: database is locked"), { code: 'SQLITE_BUSY' });
  });
  await app.hub.app.get(DatabaseInfo).look();
  raw.mockRestore();
  expect((await elara()).health).toMatchObject({ status: 'failing', database: { status: 'failing', reason: 'SQLITE_BUSY: database is locked' } });
});

test('services are told to those who may read them', async () => {
  const { token } = (await app.admin('POST', '/users/boss/tokens', { scopes: ['read:hub', 'read:services!service=board'] })).json as { token: string };
  const { json } = await app.request({ path: '/hub/api/info', token });
  expect(Object.keys(json.elara.health.services as object)).toEqual(['board']);
});

test('the config in force is shown without secrets', async () => {
  const { text, json } = await app.admin('GET', '/config');
  expect(text).not.toContain(ADMIN_TOKEN);
  expect(json.JupyterHub.services).toEqual({ value: [expect.objectContaining({ name: 'admin-service', api_token: '********' }), expect.anything()], changed: true });
  expect(json.DummyAuthenticator.password).toEqual({ value: '********', changed: true });
  expect(json.JupyterHub.concurrent_spawn_limit).toEqual({ value: 100, changed: false });
});
