import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../apps/hub/src/database/connection.js';
import { columnsOf, expectKept, type Rows, rowsOf, upgradeInPieces } from '../migration/database-states.js';
import { JUPYTERHUB_2, JUPYTERHUB_3, JUPYTERHUB_5, makeHubDatabase, upgradeToJupyterHub3 } from '../support/hub-database.js';
import { root, TestHub } from '../support/hub.js';

let dir: string;
let hub: TestHub | undefined;
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'elara-upgrade-'))));
afterEach(async () => {
  await hub?.dispose();
  hub = undefined;
  rmSync(dir, { recursive: true, force: true });
});

function elara(args: string[], cwd = dir) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'bin', 'elara'), ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const sqlite = (name: string) => `sqlite:///${path.join(dir, name)}`;
const copies = () => readdirSync(dir).filter((name) => /^hub\.sqlite\.\d{4}-\d\d-\d\d-\d{6}$/.test(name));

/** The schema is that of a new database; JupyterHub's own migration, too, leaves one column shorter. */
async function expectFreshSchema(url: string): Promise<void> {
  await (await openDatabase(sqlite('new.sqlite'))).destroy();
  expect(await columnsOf(url)).toEqual({ ...(await columnsOf(sqlite('new.sqlite'))), 'services.cwd': ['varchar', '2047'] });
}

test("a database of JupyterHub 3 is copied, upgraded, and then a hub's; its tokens work here", async () => {
  const { tokens } = makeHubDatabase(sqlite('hub.sqlite'), JUPYTERHUB_3);
  const before = await rowsOf(sqlite('hub.sqlite'));

  expect(elara(['upgrade-db', '--dry-run', '--db', 'hub.sqlite']).stdout).toMatch(/has the schema of JupyterHub 3\.0 \(651f5419b74d\)\. To do:\n {2}0eee8c825d24 {2}JupyterHub 4: groups have properties\n(.*\n){5} {2}f460b0348206/);
  expect(copies()).toEqual([]);
  const { status, stdout } = elara(['upgrade-db', '--db', 'hub.sqlite']);
  expect(status).toBe(0);
  const [copy] = copies();
  expect(stdout).toContain(`Copied to ${path.join(dir, copy!)}`);
  expect(stdout).toMatch(/f460b0348206 {2}done in [\d.]+ s\n.*is up to date\. The way back/);
  expect(await rowsOf(sqlite(copy!))).toEqual(before);
  expectKept(before, await rowsOf(sqlite('hub.sqlite')));
  await expectFreshSchema(sqlite('hub.sqlite'));

  expect(elara(['upgrade-db', '--db', 'hub.sqlite']).stdout).toMatch(/has the schema of JupyterHub 6\.0 \(f460b0348206\): nothing to do\.\n$/);
  expect(copies()).toHaveLength(1);

  hub = new TestHub();
  copyFileSync(path.join(dir, 'hub.sqlite'), path.join(hub.dir, 'jupyterhub.sqlite'));
  await hub.set('JupyterHub', 'services', [{ name: 'board', url: 'http://127.0.0.1:1' }]).start();
  const whoHas = async (token: string) => (await hub!.request('GET', '/user', { token })).json();
  expect(await whoHas(tokens.ada)).toMatchObject({ name: 'ada', admin: true, groups: ['red'] });
  expect(await whoHas(tokens.bob)).toMatchObject({ name: 'bob', session_id: null, scopes: ['read:users:groups!user=bob', 'read:users:name!user=bob'] });
  expect(await whoHas(tokens.configured)).toMatchObject({ name: 'bob', groups: ['red'] });
  expect(await whoHas(tokens.board)).toMatchObject({ kind: 'service', name: 'board' });
  expect((await hub.request('GET', '/user', { token: tokens.expired })).status).toBe(403);
  const busy = elara(['upgrade-db', '-f', hub.configFile], hub.dir);
  expect(busy).toMatchObject({ status: 1, stdout: '' });
  expect(busy.stderr).toMatch(/cannot upgrade the database: because a hub \(6\.0\.0.*\) answers at .*; stop it first/);
});

test('a database of JupyterHub 2 becomes what JupyterHub 3 itself makes of it, and more', async () => {
  makeHubDatabase(sqlite('hub.sqlite'), JUPYTERHUB_2);
  copyFileSync(path.join(dir, 'hub.sqlite'), path.join(dir, 'theirs.sqlite'));
  upgradeToJupyterHub3(sqlite('theirs.sqlite'));
  expect(elara(['upgrade-db', '--db', 'hub.sqlite']).status).toBe(0);
  const [ours, theirs] = [await rowsOf(sqlite('hub.sqlite')), await rowsOf(sqlite('theirs.sqlite'))];
  const sorted = (text: unknown) => [...(JSON.parse((text as string | null) ?? '[]') as string[])].sort();
  expect(ours['api_tokens']!.map(({ id, scopes }) => [id, sorted(scopes)])).toEqual(theirs['api_tokens']!.map(({ id, scopes }) => [id, sorted(scopes)]));
  expect(ours['api_tokens']!.map(({ scopes }) => sorted(scopes))).toContainEqual(['list:users', 'read:users', 'self']);
  const clients = (rows: Rows) => rows['oauth_clients']!.map(({ identifier, allowed_scopes }) => [identifier, sorted(allowed_scopes)]);
  expect(clients(ours)).toEqual(clients(theirs));
  expect(clients(ours)).toContainEqual(['service-board', ['access:services!service=board', 'list:users', 'read:users', 'self']]);
  for (const rows of [ours, theirs]) for (const table of ['api_tokens', 'oauth_clients']) rows[table]!.forEach((row) => (delete row['scopes'], delete row['allowed_scopes']));
  expectKept(theirs, ours);
});

test('an upgrade that is broken off after any step is carried on', async () => {
  makeHubDatabase(sqlite('hub.sqlite'), JUPYTERHUB_2);
  const before = await rowsOf(sqlite('hub.sqlite'));
  await upgradeInPieces(sqlite('hub.sqlite'));
  expectKept(before, await rowsOf(sqlite('hub.sqlite')));
  await expectFreshSchema(sqlite('hub.sqlite'));
});

test('a hub may upgrade its database as it starts, say what it asks of it, and begin anew', async () => {
  hub = new TestHub();
  const { tokens } = makeHubDatabase(`sqlite:///${hub.dir}/jupyterhub.sqlite`, JUPYTERHUB_5);
  await hub.configure();
  expect(await hub.startInVain()).toBe(1);
  expect(hub.log).toMatch(/cannot use the database .*: because its schema is revision 4621fec11365, not JupyterHub 6\.0's f460b0348206; stop the hub that uses it and run: elara upgrade-db/);

  const [statement, kept] = [/\[D .* sql\] SELECT \* FROM api_tokens WHERE prefix = \?/, () => readdirSync(hub!.dir).filter((name) => /^jupyterhub\.sqlite\.\d{4}/.test(name))];
  hub.set('JupyterHub', 'upgrade_db', true).set('JupyterHub', 'debug_db', true).set('JupyterHub', 'log_level', 'DEBUG').writeConfig();
  await hub.start();
  // what JupyterHub 5 knows, and 3 does not
  const asked = async (path: string) => (await hub!.request('GET', path, { token: tokens.ada })).json();
  expect(await asked('/users/bob/shared')).toMatchObject({ items: [{ server: { user: { name: 'ada' }, name: '' }, scopes: ['access:servers!server=ada/'], created_at: '2025-01-02T03:04:05.123456Z' }] });
  expect(await asked('/share-codes/ada/')).toMatchObject({ items: [{ exchange_count: 2, expires_at: '2099-01-01T00:00:00Z' }] });
  expect(await asked('/groups/red')).toMatchObject({ properties: { colour: 'red' }, users: ['ada', 'bob'] });
  expect(await asked('/services/made-by-the-api')).toMatchObject({ url: 'http://127.0.0.1:9', info: { team: 'ops' }, admin: false });
  expect(hub.log).toContain('database] f460b0348206 (JupyterHub 6.0: servers have a name to show) done in ');
  expect(hub.log).toMatch(statement);
  expect(hub.log).not.toContain(tokens.ada);
  expect(kept()).toHaveLength(1);

  await hub.kill();
  await expectFreshSchema(`sqlite:///${hub.dir}/jupyterhub.sqlite`);
  hub.set('JupyterHub', 'reset_db', true).set('JupyterHub', 'debug_db', false).writeConfig();
  await hub.start();
  expect(hub.log).toMatch(/\[W .* database\] JupyterHub\.reset_db: all that was in .*jupyterhub\.sqlite is gone; a copy is in /);
  expect((await hub.request('GET', '/user', { token: tokens.ada })).status).toBe(403);
  expect(hub.log.split('JupyterHub.reset_db').at(-1)).not.toContain(' sql] ');
  expect(kept()).toHaveLength(2);
});
