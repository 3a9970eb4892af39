import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { within } from '../migration/database-states.js';
import { root, TestHub } from '../support/hub.js';

const ADMIN = 'database-commands-token-0123456789';
let hub: TestHub;
beforeAll(async () => {
  hub = await new TestHub({ JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] } }).start();
});
afterAll(() => hub?.dispose(ADMIN));

function elara(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'bin', 'elara'), '-f', hub.configFile, ...args], { cwd: hub.dir, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const usersIn = (file: string) => within(`sqlite:///${file}`, (db) => db('users').orderBy('id').pluck('name'));
const copies = () => readdirSync(hub.dir).filter((name) => /^jupyterhub\.sqlite\.\d{4}-\d\d-\d\d-\d{6}/.test(name));

test('a copy is made while the hub runs, and holds what it holds', async () => {
  expect((await hub.request('POST', '/users', { token: ADMIN, body: { usernames: ['ada', 'bob'] } })).status).toBe(201);
  const { status, stdout } = elara('db', 'backup', 'copy.sqlite');
  expect([status, stdout]).toEqual([0, `${path.join(hub.dir, 'copy.sqlite')}\n`]);
  expect(await usersIn(path.join(hub.dir, 'copy.sqlite'))).toEqual(['ada', 'bob']);
  expect(elara('db', 'backup', 'copy.sqlite')).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot make the copy') });
  expect(elara('db', 'backup').stdout).toBe(`${path.join(hub.dir, copies()[0]!)}\n`);
  expect((await hub.request('GET', '/users/ada', { token: ADMIN })).status).toBe(200);
});

test('rows that lead nowhere are found while the hub runs, and mended while it does not', async () => {
  expect(elara('db', 'check')).toMatchObject({ status: 0, stdout: expect.stringMatching(/jupyterhub\.sqlite: no row leads nowhere\.\n$/) });
  await hub.kill();
  // as a program leaves it that does not look after foreign keys
  execFileSync('sqlite3', [path.join(hub.dir, 'jupyterhub.sqlite'), "DELETE FROM users WHERE name = 'ada'; INSERT INTO servers (base_url) VALUES ('/user/ada/')"]);
  await hub.start();
  const found = elara('db', 'check', '--json');
  expect(found.status).toBe(1);
  expect(JSON.parse(found.stdout)).toMatchObject({ findings: [{ table: 'user_role_map', rows: 1, mend: 'delete' }], damage: [] });
  expect(elara('db', 'check', '--fix')).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot mend the database: because a hub (6.0.0) answers at') });

  await hub.kill();
  const before = copies().length;
  const { status, stdout } = elara('db', 'check', '--fix');
  expect([status, stdout.split('\n').slice(1)]).toEqual([0, ['     1  user_role_map: roles of users that are gone, or roles that are gone; was deleted', '']]);
  expect(copies()).toHaveLength(before + 1);
  expect(elara('db', 'check').status).toBe(0);
  await hub.start();
  expect((await hub.request('GET', '/users/bob', { token: ADMIN })).status).toBe(200);
});

test('a database that is not there is not made', () => {
  for (const command of [['upgrade-db'], ['db', 'check'], ['db', 'backup']]) {
    const { status, stderr } = elara(...command, '--db', 'sqlite:///missing.sqlite');
    expect([status, stderr]).toEqual([1, expect.stringContaining(`because there is no database ${path.join(hub.dir, 'missing.sqlite')}; run this in the hub's working directory`)]);
  }
  expect(readdirSync(hub.dir)).not.toContain('missing.sqlite');
});
