import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubClient } from '#hub-client';
import type { AuditRow } from '../../apps/hub/src/database/tables.js';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { root, TestHub, until } from '../support/hub.js';

const ADMIN = 'audit-test-admin-0123456789';

let hub: TestHub;
beforeEach(async () => {
  hub = await new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }], load_groups: { staff: { users: ['ada'] } } },
    Spawner: { cmd: [process.execPath, path.join(root, 'test', 'conformance', 'mock-singleuser.mjs')] },
  }).start();
});
afterEach(() => hub.dispose(ADMIN));

const client = () => new HubClient({ apiUrl: hub.api, token: ADMIN });

async function table(): Promise<AuditRow[]> {
  const db = await openDatabase(path.join(hub.dir, 'jupyterhub.sqlite'));
  const rows = await db('elara_audit').orderBy('id');
  await db.destroy();
  return rows;
}

const change = (n: number) => client().setGroupProperties('staff', { n });
const ended = () => until('the hub has gone', () => hub.process?.exitCode !== null);

test('a stop loses no record, and the request for it has one', async () => {
  for (let n = 0; n < 20; n += 1) await change(n);
  await hub.request('DELETE', '/groups/staff');
  await client().shutdown({ proxy: true });
  await ended();
  const actions = (await table()).map(({ action, denied }) => `${action}${denied ? ' denied' : ''}`);
  expect(actions).toEqual([...Array.from({ length: 20 }, () => 'group.change'), 'group.delete denied', 'hub.shutdown']);
});

test('a kill loses the last two seconds at most', async () => {
  await change(1);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await change(2);
  await hub.kill('SIGKILL');
  expect((await table()).map(({ action }) => action)).toEqual(expect.arrayContaining(['group.change']));
});

test('the address is what the proxy says, not what the client says', async () => {
  await fetch(`${hub.api}/groups/staff`, { method: 'DELETE', headers: { 'x-forwarded-for': '6.6.6.6', 'x-real-ip': '6.6.6.6' } });
  expect((await client().audit.page({ outcome: 'denied' })).items).toMatchObject([{ action: 'group.delete', address: expect.stringMatching(/127\.0\.0\.1$/) }]);
});

test('changes come through the proxy as events, and the hub tells how its parts are', async () => {
  const [seen, enough] = [[] as unknown[], new AbortController()];
  const following = client().operations.followEvents((event) => seen.push(event), { signal: enough.signal }).catch(() => undefined);
  await until('it has begun', () => seen.length > 0);
  await client().startServer('ada');
  await client().stopServer('ada');
  await until('all have come', () => seen.length >= 5);
  const server = { kind: 'server', change: 'changed', user: 'ada', server: '' };
  expect(seen).toEqual([{ kind: 'refresh' }, ...['spawn-pending', 'ready', 'stop-pending', 'stopped'].map((state) => ({ ...server, state }))]);
  enough.abort();
  await following;
  const { elara } = await client().info();
  expect(elara).toMatchObject({ proxy: { version: expect.any(String) }, database: { kind: 'sqlite', version: expect.any(String) }, health: { status: 'ok', database: { status: 'ok' }, proxy: { status: 'ok' } } });
  await until('its loops are told', async () => (await client().info()).elara!.health.loops['write the audit']?.status === 'ok');
});
