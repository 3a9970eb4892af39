import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

const SCRAPER = 'api-test-scraper-token-0123456789';
const NOBODY = 'api-test-nobody-token-0123456789';
const ADDRESSES = ['/hub/metrics', '/hub/api/metrics'];

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      services: [
        { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
        { name: 'prometheus', api_token: SCRAPER },
        { name: 'nobody', api_token: NOBODY },
      ],
      load_roles: [{ name: 'scraper', scopes: ['read:metrics'], services: ['prometheus'] }],
    },
    Authenticator: { admin_users: ['boss'], allow_all: true },
  });
});
afterAll(() => app.close());

const scrape = async () => (await app.request({ path: '/hub/metrics', token: SCRAPER })).text;

/** The value of one line; undefined when there is none. */
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe.each(ADDRESSES)('%s', (path) => {
  test('is for holders of read:metrics, as text for Prometheus', async () => {
    const { status, headers, text } = await app.request({ path, token: SCRAPER });
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('# TYPE jupyterhub_request_duration_seconds histogram');
  });

  test('is for admins with a browser', async () => {
    const { cookie } = await app.logIn('boss');
    expect((await app.request({ path, headers: { cookie } })).status).toBe(200);
  });

  test.each([['nobody', undefined], ['a token nobody was given', 'deadbeefdeadbeefdeadbeef'], ['a token without the scope', NOBODY]])('refuses %s with a page', async (_who, token) => {
    const { status, headers, text } = await app.request({ path, ...(token && { token }) });
    expect([status, headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(text).not.toContain('jupyterhub_');
  });

  test('takes no other method', async () => {
    const { status, headers } = await app.request({ method: 'POST', path, token: SCRAPER });
    expect([status, headers['content-type']]).toEqual([405, 'text/html; charset=utf-8']);
  });
});

test('users and servers are counted when somebody looks', async () => {
  const before = valueOf(await scrape(), 'jupyterhub_total_users')!;
  for (const name of ['counted-one', 'counted-two']) await app.admin('POST', `/users/${name}`);
  await app.admin('POST', '/users/counted-one/activity', { last_activity: new Date(Date.now() - 3 * 86_400_000).toISOString() });
  await app.hub.foundation.db('users').where('name', 'counted-one').update({ last_activity: '2020-01-01 00:00:00.000000' });
  const text = await scrape();
  expect(valueOf(text, 'jupyterhub_total_users')).toBe(before + 2);
  expect(valueOf(text, 'jupyterhub_running_servers')).toBe(0);
  expect(valueOf(text, 'jupyterhub_active_users{period="24h"}')).toBeLessThan(before + 2);
});

test('servers count while they run, not while they start or stop', async () => {
  const { db } = app.hub.foundation;
  await app.admin('POST', '/users/counted-three');
  const { id: user_id } = (await db('users').where('name', 'counted-three').first('id'))!;
  for (const [name, state] of [['a', 'ready'], ['b', 'spawn-pending'], ['c', undefined]] as const) {
    const [server] = await db('servers').insert({ proto: 'http', ip: '127.0.0.1', port: 1 }).returning('id');
    const [spawner] = await db('spawners').insert({ user_id, name, server_id: server!.id, state: '{}' }).returning('id');
    if (state) await db('elara_server_lifecycle').insert({ spawner_id: spawner!.id, state, epoch: 1, updated: '2026-01-01 00:00:00.000000' });
  }
  expect(valueOf(await scrape(), 'jupyterhub_running_servers')).toBe(2);
  await db('spawners').where({ user_id }).delete();
});

test('requests are told apart by their routes, never by names of people', async () => {
  await app.admin('GET', '/users/counted-one');
  await app.admin('GET', '/users/nobody-of-this-name');
  await app.request({ path: '/hub/no/such/page-of-somebody' });
  const text = await scrape();
  const series = (handler: string, code: number) => `jupyterhub_request_duration_seconds_count{method="GET",handler="${handler}",code="${code}"}`;
  expect(valueOf(text, series('/hub/api/users/:user', 200))).toBeGreaterThan(0);
  expect(valueOf(text, series('/hub/api/users/:user', 404))).toBeGreaterThan(0);
  expect(valueOf(text, series('none', 404))).toBeGreaterThan(0);
  expect(text).not.toMatch(/counted-one|nobody-of-this-name|page-of-somebody/);
});

test('logins and reports of browsers are counted', async () => {
  const before = await scrape();
  const { cookie } = await app.logIn('boss');
  await expect(app.logIn('boss', 'wrong')).rejects.toThrow('403');
  await app.request({ path: '/hub/security/csp-report', method: 'POST', headers: { cookie }, raw: '{}' });
  await app.request({ path: '/hub/logout', headers: { cookie } });
  const after = await scrape();
  const more = (series: string) => valueOf(after, series)! - valueOf(before, series)!;
  expect(more('jupyterhub_login_duration_seconds_count{status="success"}')).toBe(1);
  expect(more('jupyterhub_login_duration_seconds_count{status="failure"}')).toBe(1);
  expect(more('jupyterhub_logout_duration_seconds_count')).toBe(1);
  expect(more('jupyterhub_csp_reports_total')).toBe(1);
});

test('where authentication is off, anybody may read them', async () => {
  const open = await TestApp.create({ JupyterHub: { authenticate_prometheus: false } });
  try {
    for (const path of ADDRESSES) {
      expect((await open.request({ path })).status).toBe(200);
      expect((await open.request({ path, token: 'deadbeefdeadbeefdeadbeef' })).status).toBe(200);
    }
  } finally {
    await open.close();
  }
});

test('without a database, what it would tell is unknown and the rest is there', async () => {
  const broken = await TestApp.create({ JupyterHub: { authenticate_prometheus: false } });
  await broken.hub.foundation.db.schema.renameTable('spawners', 'away');
  const { status, text } = await broken.request({ path: '/hub/metrics' });
  await broken.close();
  expect(status).toBe(200);
  expect(text).toMatch(/^jupyterhub_total_users nan$/im);
  expect(text).toContain('jupyterhub_request_duration_seconds_count{');
});
