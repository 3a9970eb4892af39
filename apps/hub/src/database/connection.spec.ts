import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './connection.js';
import { mysqlValue, postgresParser } from './knex-options.js';
import { SCHEMA_REVISION } from './schema.js';

let dir: string;
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'elara-db-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sqlite = (file: string) => `sqlite:///${path.join(dir, file)}`;

test('a new database gets every table, foreign keys, and the revision of JupyterHub 6.0', async () => {
  const db = await openDatabase(sqlite('new.sqlite'));
  expect(await db('alembic_version').first()).toEqual({ version_num: SCHEMA_REVISION });
  await db('users').insert({ name: 'a', cookie_id: 'c' });
  await db('spawners').insert({ user_id: 1, name: '' });
  await db('users').delete();
  expect(await db('spawners')).toEqual([]);
  await db.destroy();
});

test('opening a second time changes nothing', async () => {
  await (await openDatabase(sqlite('again.sqlite'))).destroy();
  const db = await openDatabase(sqlite('again.sqlite'));
  expect(await db('alembic_version')).toHaveLength(1);
  await db.destroy();
});

test('another revision is refused, and left as it is', async () => {
  const db = await openDatabase(sqlite('old.sqlite'));
  await db('alembic_version').update({ version_num: '651f5419b74d' });
  await db.destroy();
  await expect(openDatabase(sqlite('old.sqlite'))).rejects.toThrow(/old\.sqlite.*651f5419b74d.*upgrade-db/);
});

test('a missing folder, and a file that is no database, are named', async () => {
  await expect(openDatabase(sqlite('no/such/folder.sqlite'))).rejects.toThrow(/folder\.sqlite: because the file or its folder does not exist/);
  writeFileSync(path.join(dir, 'text.sqlite'), 'this is no database, whatever its name says, and it is long enough to be looked at');
  await expect(openDatabase(sqlite('text.sqlite'))).rejects.toThrow(/text\.sqlite: because it is no SQLite database/);
});

test('a database that another process has locked is waited for', async () => {
  const file = path.join(dir, 'locked.sqlite');
  await (await openDatabase(`sqlite:///${file}`)).destroy();
  const hold = `import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
open(sys.argv[1] + ".held", "w").close()
time.sleep(3)
db.execute("COMMIT")`;
  execFileSync('/bin/sh', ['-c', 'python3 -c "$1" "$0" >/dev/null 2>&1 & while [ ! -e "$0.held" ]; do sleep 0.05; done', file, hold]);
  const started = Date.now();
  const db = await openDatabase(`sqlite:///${file}`);
  expect(Date.now() - started).toBeGreaterThan(1500);
  await db.destroy();
}, 20_000);

test.each([
  ['a boolean', 16, 't', true],
  ['a boolean', 16, 'f', false],
  ['an integer', 23, '12', 12],
  ['a count', 20, '12', 12],
  ['text', 25, '12', '12'],
  ['a time', 1114, '2026-11-20 08:12:47.620884', '2026-11-20 08:12:47.620884'],
  ['bytes', 17, '\\x6162', '\\x6162'],
])('PostgreSQL says %s (%i) as %j, which is read as %j', (_what, oid, text, value) => {
  expect(postgresParser(oid)(text)).toBe(value);
});

test.each([
  ['DATETIME', '2026-11-20 08:12:47', '2026-11-20 08:12:47.000000'],
  ['DATETIME', '2026-11-20 08:12:47.620884', '2026-11-20 08:12:47.620884'],
  ['DATETIME', null, null],
  ['VAR_STRING', '2026-11-20 08:12:47', 'as it is'],
])('MySQL says %s %j, which is read as %j', (type, text, value) => {
  expect(mysqlValue({ type, string: () => text }, () => 'as it is')).toBe(value);
});
