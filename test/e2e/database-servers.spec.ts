import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditModel } from '../../apps/hub/src/audit/audit.model.js';
import { NativeAccounts } from '../../apps/hub/src/authenticators/native/accounts.repository.js';
import { backupDatabase } from '../../apps/hub/src/database/backup.js';
import { parseDbUrl } from '../../apps/hub/src/database/db-url.js';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { upgradeDatabase } from '../../apps/hub/src/database/upgrade/upgrade.js';
import { PlainReads } from '../../apps/hub/src/database/reads.js';
import { HistoryRepository } from '../../apps/hub/src/overview/history.repository.js';
import { columnsOf, expectKept, rowsOf, SILENT, upgradeInPieces, within } from '../migration/database-states.js';
import { root, TestHub, until } from '../support/hub.js';
import { JUPYTERHUB_2, makeHubDatabase } from '../support/hub-database.js';
import { MariaDb } from '../support/mariadb.js';
import { Postgres } from '../support/postgres.js';

const ADMIN = 'postgres-test-token-0123456789';
/** A server of the test's own. */
interface DatabaseServer {
  url: string;
  createDatabase(name: string): string;
  /** Fills a database from a copy. */
  restore(name: string, file: string): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

describe.each<[string, { start(): Promise<DatabaseServer> }]>([
  ['PostgreSQL', Postgres],
  ['MariaDB', MariaDb],
])('%s', (name, kind) => {
  let server: DatabaseServer;
  let hub: TestHub;

  beforeAll(async () => {
    server = await kind.start();
    hub = await new TestHub({
      JupyterHub: {
        db_url: server.url,
        allow_named_servers: true,
        services: [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'nightly', command: ['/bin/sh', '-c', 'exit 3'], schedule: '0 3 29 2 *' }],
        load_groups: { red: { users: ['ada', 'bob'], properties: { colour: 'red' } } },
        load_roles: [{ name: 'helper', scopes: ['read:users!group=red', 'list:users!group=red'], users: ['cleo'] }],
      },
      Spawner: { cmd: [process.execPath, path.join(root, 'test', 'conformance', 'mock-singleuser.mjs')] },
    }).start();
  });

  afterAll(async () => {
    await hub?.dispose(ADMIN);
    await server?.stop();
  });

  const ask = async (method: string, apiPath: string, { token = ADMIN, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {}) => {
    const answer = await hub.request(method, apiPath, { token, body, headers });
    const text = await answer.text();
    return { status: answer.status, json: text ? JSON.parse(text) : undefined };
  };

  test('users, groups and tokens live there', async () => {
    expect((await ask('POST', '/users', { body: { usernames: ['dora', 'ünï'] } })).status).toBe(201);
    expect((await ask('POST', '/users', { body: { usernames: ['dora'] } })).status).toBe(409);
    expect((await ask('PATCH', '/users/dora', { body: { name: 'dorothea' } })).json.name).toBe('dorothea');
    const { json } = await ask('POST', '/users/cleo/tokens', { body: { expires_in: 3600, note: 'pg' } });
    const seen = await ask('GET', '/users?sort=-name', { token: json.token });
    expect(seen.json.map((user: { name: string }) => user.name)).toEqual(['bob', 'ada']);
    expect((await ask('GET', '/users/dorothea', { token: json.token })).status).toBe(404);
    expect((await ask('GET', '/groups/red')).json).toMatchObject({ users: ['ada', 'bob'], properties: { colour: 'red' } });
  });

  test('nobody is more than their row says', async () => {
    expect((await ask('GET', '/users/bob')).json).toMatchObject({ admin: false, roles: ['user'] });
    const { json } = await ask('POST', '/users/bob/tokens');
    expect((await ask('GET', '/user', { token: json.token })).json.scopes).not.toContain('admin:users');
    expect((await ask('GET', '/users', { token: json.token })).status).toBe(403);
    // PostgreSQL cannot hold that name, so there is nobody who has it
    expect((await ask('GET', '/users/b%00b')).status).toBe(404);
    expect((await ask('POST', '/groups/g%00g')).status).toBe(name === 'PostgreSQL' ? 400 : 201);
  });

  test('lists are filtered, sorted, paged and counted', async () => {
    const headers = { Accept: 'application/jupyterhub-pagination+json' };
    const { json } = await ask('GET', '/users?name_filter=A&sort=name&limit=2', { headers });
    expect(json.items.map((user: { name: string }) => user.name)).toEqual(['ada', 'dorothea']);
    expect(json._pagination).toMatchObject({ total: 2, next: null });
    expect((await ask('GET', '/users?sort=last_activity')).status).toBe(200);
  });

  test('a server starts, is listed, reports activity, is shared, and stops', async () => {
    expect((await ask('POST', '/users/ada/servers/lab', { body: { size: 'big' } })).status).toBe(201);
    expect((await ask('GET', '/users?state=ready')).json.map((user: { name: string }) => user.name)).toEqual(['ada']);
    const at = '2031-01-01T00:00:00Z';
    expect((await ask('POST', '/users/ada/activity', { body: { servers: { lab: { last_activity: '2001-01-01T00:00:00Z' } } } })).status).toBe(200);
    expect((await ask('POST', '/users/ada/activity', { body: { last_activity: at } })).status).toBe(400);
    expect((await ask('POST', '/shares/ada/lab', { body: { user: 'bob' } })).json.scopes).toEqual(['access:servers!server=ada/lab']);
    expect((await fetch(`${hub.base}/user/ada/lab/x`)).status).toBe(200);
  });

  test('who saw a server in use is written, and a warning stands until there is news', async () => {
    type Known = { sources: Record<string, { last: string | null }>; warning: unknown; idle: number };
    const known = async () => (await ask('GET', '/users/ada/servers/lab/activity')).json as Known;
    await until('it is written', async () => (await ask('GET', '/users/ada/servers/lab')).json.last_activity !== null && (await known()).idle > 1);
    const { last_activity: idleSince } = (await ask('GET', '/users/ada/servers/lab')).json;
    const warning = { at: '2031-01-01T00:00:00Z', reason: 'idle' };
    for (const at of ['2030-01-01T00:00:00Z', warning.at]) {
      expect((await ask('PUT', '/users/ada/servers/lab/cull-warning', { body: { ...warning, at, idle_since: idleSince } })).status).toBe(200);
    }
    expect((await known()).warning).toEqual(warning);
    const now = new Date().toISOString();
    await ask('POST', '/users/ada/activity', { body: { servers: { lab: { last_activity: now } } } });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { warning: left, sources } = await known();
    expect([left, new Date(sources.report!.last!).toISOString()]).toEqual([null, now]);
    expect(hub.log).not.toContain('flush activity failed');
  });

  test('a service with a schedule runs, and what became of it is kept', async () => {
    const begun = await ask('POST', '/services/nightly/run');
    expect([begun.status, begun.json.elara.schedule.last_run]).toEqual([202, expect.objectContaining({ number: 1, cause: 'request', ended: null })]);
    const last = await until('its run is over', async () => {
      const { last_run } = (await ask('GET', '/services/nightly')).json.elara.schedule as { last_run: { ended: string | null } };
      return last_run.ended === null ? undefined : last_run;
    });
    expect(last).toMatchObject({ exit: { code: 3, signal: null, error: null } });
  });

  test('a hub that is killed finds it all again', async () => {
    await hub.kill('SIGKILL');
    await hub.start();
    await until('the server is known again', async () => (await ask('GET', '/users/ada')).json.servers.lab?.ready);
    expect((await ask('DELETE', '/users/ada/servers/lab', { body: { remove: true } })).status).toBe(204);
    expect((await ask('GET', '/users/ada')).json.servers).toEqual({});
    expect((await ask('DELETE', '/users/dorothea')).status).toBe(204);
  });

  test('who did what is recorded, is found by each filter and in pages, and is never changed', async () => {
    await ask('POST', '/groups/audited');
    await ask('PUT', '/groups/audited/properties', { body: { size: 1 } });
    expect((await ask('DELETE', '/groups/audited', { token: 'deadbeefdeadbeef' })).status).toBe(403);
    expect((await ask('DELETE', '/users/b%00b')).status).toBe(404);
    const actions = async (query: string) => ((await ask('GET', `/audit?${query}`)).json.items as AuditModel[]).map(({ action }) => action);
    expect(await actions('target=group:audited')).toEqual(['group.delete', 'group.change', 'group.create']);
    expect(await actions('actor=service:watcher&action=group.change')).toEqual(['group.change']);
    expect(await actions('target=audited&outcome=denied')).toEqual(['group.delete']);
    expect(await actions('target=audited&outcome=ok&since=2020-01-01&until=2100-01-01')).toEqual(['group.change', 'group.create']);
    expect((await ask('GET', '/audit?target=user:b\uFFFDb&limit=1')).json.items).toHaveLength(1);
    const first = (await ask('GET', '/audit?target=audited&limit=2')).json as { items: AuditModel[]; next: string };
    expect(first.items).toHaveLength(2);
    expect(await actions(`target=audited&limit=2&before=${first.next}`)).toEqual(['group.create']);
    const own = (await ask('GET', '/users/ada/audit?action=server.start')).json.items as AuditModel[];
    expect(own).toMatchObject([{ target: { kind: 'server', name: 'ada/lab' }, outcome: 'ok', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }]);
    const lines = await (await hub.request('GET', '/audit', { token: ADMIN, headers: { accept: 'application/x-ndjson' } })).text();
    expect(lines.trim().split('\n').length).toBe(((await ask('GET', '/audit?limit=200')).json.items as unknown[]).length);
    const db = await openDatabase(server.url);
    await expect(db('elara_audit').update({ actor: 'nobody' })).rejects.toThrow('records of the audit are never changed');
    await db.destroy();
  });

  test('the history of the last day is kept', async () => {
    const db = await openDatabase(server.url);
    const history = new HistoryRepository(db);
    const sample = { at: 60, active_5m: 1, active_1h: null, running_servers: 2, spawns: 0, spawn_failures: 0, spawn_p50: 0.125, spawn_p95: null, queue: 0, service_restarts: 0, loop_lag_p99: 0.001, loop_lag_max: 12345.678, memory_rss: 5_000_000_000 };
    await history.add(sample, 0);
    await history.add({ ...sample, at: 120 }, 0);
    await history.add({ ...sample, at: 180, queue: 4 }, 120);
    await history.add({ ...sample, at: 180, queue: 5 }, 120);
    expect((await history.since(0)).filter(({ at }) => at < 1000)).toEqual([{ ...sample, at: 120 }, { ...sample, at: 180, queue: 5 }]);
    await db('elara_history').where('at', '<', 1000).delete();
    await db.destroy();
  });

  test("accounts of the hub's own are kept, listed, and changed by one who was first", async () => {
    const db = await openDatabase(server.url);
    try {
      const accounts = new NativeAccounts(db, new PlainReads(db));
      for (const [name, approved] of [['gina', false], ['ada', true]] as const) await accounts.insert({ name, password: 'hash', approved });
      await expect(accounts.insert({ name: 'gina', password: 'other', approved: true })).rejects.toThrow('There is an account gina already');
      expect(await accounts.list({ approved: false, offset: 0, limit: 10 })).toMatchObject({ total: 1, rows: [{ name: 'gina', user_id: null, password: 'hash' }] });
      expect((await accounts.listed('ada'))!.user_id).toEqual(expect.any(Number));
      expect(await accounts.hasApproved(['gina', 'ada'])).toBe(true);
      expect([await accounts.useStep('ada', 7), await accounts.useStep('ada', 7), await accounts.useStep('ada', 8)]).toEqual([true, false, true]);
      expect(await accounts.update('ada', { recovery_codes: '["x"]' }, { recovery_codes: '[]' })).toBe(false);
      expect([await accounts.update('ada', { password: 'new' }, { password: 'hash' }), (await accounts.byName('ada'))!.password]).toEqual([true, 'new']);
      expect([await accounts.remove('gina'), await accounts.remove('gina')]).toEqual([true, false]);
    } finally {
      await db.destroy();
    }
  });

  test('while it is away requests are asked to come again, and then all is as before', async () => {
    // connections that were kept may have been closed while this process waited for the server
    const statusIs = (status: number) => () => ask('GET', '/users/ada').then((answer) => answer.status === status, () => false);
    await server.pause();
    await until('requests are asked to come again', statusIs(503));
    expect((await ask('POST', '/groups/away')).status).toBe(503);
    await server.resume();
    await until('it is found again', statusIs(200));
    expect((await ask('POST', '/groups/away')).status).toBe(201);
  });

  test('a copy is made while the hub runs, is read by nobody else, and can be put back', async () => {
    const copy = await backupDatabase(parseDbUrl(server.url), path.join(hub.dir, 'copy'));
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const other = server.createDatabase('restored');
    server.restore('restored', copy);
    const users = (url: string) => within(url, (db) => db('users').orderBy('id').pluck('name'));
    expect(await users(other)).toEqual(await users(server.url));
    await expect(backupDatabase(parseDbUrl(server.url.replace('hubpw', 'wrong')), path.join(hub.dir, 'none'))).rejects.toThrow(/cannot copy \w+:\/\/127.*: because \S+dump says: .*(denied|authentication failed)/s);
    expect(existsSync(path.join(hub.dir, 'none'))).toBe(false);
  });

  test('a database of JupyterHub 2 is upgraded, although that is broken off again and again, and a hub goes on with it', async () => {
    const [old, fresh] = [server.createDatabase('older'), server.createDatabase('fresh')];
    const { tokens } = makeHubDatabase(old, JUPYTERHUB_2);
    const before = await rowsOf(old);
    await upgradeInPieces(old);
    // as if each change had been made, and then the power had gone
    await within(old, (db) => db('alembic_version').update({ version_num: JUPYTERHUB_2 }));
    await upgradeDatabase(old, SILENT);
    expectKept(before, await rowsOf(old));
    await (await openDatabase(fresh)).destroy();
    const columns = await columnsOf(fresh);
    expect(await columnsOf(old)).toEqual({ ...columns, 'services.cwd': [(columns['services.cwd'] as unknown[])[0], 2047] });

    await hub.kill();
    await hub.set('JupyterHub', 'db_url', old).writeConfig().start();
    const whoHas = async (token: string) => (await ask('GET', '/user', { token })).json;
    expect([await whoHas(tokens.ada), await whoHas(tokens.configured)]).toMatchObject([{ name: 'ada', groups: ['red'] }, { name: 'bob', scopes: ['read:users:groups!user=bob', 'read:users:name!user=bob'] }]);
    // names are compared exactly, whatever the server does by itself
    expect((await ask('GET', '/users/ADA')).status).toBe(404);
    expect((await ask('POST', '/users/Ada')).status).toBe(201);
    expect((await ask('GET', '/users/ünï')).json.name).toBe('ünï');
    expect(hub.log.split('Using config').at(-1)!.match(/^\[E .*/gm)).toEqual(null);
  });
});
