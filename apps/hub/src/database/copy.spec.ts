import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './connection.js';
import { candidates, copySqlite } from './copy.js';
import type { Database } from './database.js';

let dir: string;
let db: Database;
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'elara-copy-'));
  db = await openDatabase(path.join(dir, 'hub.sqlite'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(dir, { recursive: true, force: true });
});

test('a copy is whole while others write, and no database that is written ahead', async () => {
  const file = path.join(dir, 'hub.sqlite');
  const write = (name: string) => db('users').insert({ name, cookie_id: name });
  await write('ada');
  const [copy] = await Promise.all([copySqlite(db, file, path.join(dir, 'copy.sqlite')), write('bob')]);
  const opened = await openDatabase(copy);
  expect(await opened('users').pluck('name')).toContain('ada');
  expect(await opened.raw('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  await opened.destroy();
  expect(statSync(copy).mode).toBe(statSync(file).mode);
});

test('what is there already is left alone', async () => {
  const file = path.join(dir, 'hub.sqlite');
  await expect(copySqlite(db, file, file)).rejects.toThrow(/cannot make the copy .*hub\.sqlite: because EEXIST/);
  await expect(copySqlite(db, file, path.join(dir, 'missing', 'copy'))).rejects.toThrow(/cannot make the copy .*copy: because ENOENT/);
  expect(readdirSync(dir).filter((name) => name.startsWith('hub.sqlite.'))).toEqual([]);
  const first = await copySqlite(db, file);
  expect(await copySqlite(db, file)).not.toBe(first);
});

test('copies are called by day and second, and those of one second are numbered', () => {
  const names = candidates('/srv/hub.sqlite', new Date(2026, 1, 3, 4, 5, 6));
  expect(names.slice(0, 2)).toEqual(['/srv/hub.sqlite.2026-02-03-040506', '/srv/hub.sqlite.2026-02-03-040506.1']);
});
