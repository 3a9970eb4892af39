import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './connection.js';
import type { Database } from './database.js';
import { parseDbUrl } from './db-url.js';
import { openReads, type Reads } from './reads.js';
import { toNameList } from './values.js';

describe.each(['file', 'memory'])('reads from a database in a %s', (kind) => {
  let dir: string;
  let db: Database;
  let reads: Reads;
  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'elara-reads-'));
    const url = kind === 'file' ? `sqlite:///${path.join(dir, 'x.sqlite')}` : 'sqlite://';
    db = await openDatabase(url);
    reads = await openReads(db, parseDbUrl(url));
  });
  afterEach(async () => {
    await reads.close();
    await db.destroy();
    rmSync(dir, { recursive: true, force: true });
  });

  test('what has been written is read, also by a statement prepared before', async () => {
    const named = (name: string) => reads.first<{ id: number }>('SELECT id FROM users WHERE name = ?', name);
    expect(await named('ada')).toBeUndefined();
    await db('users').insert({ name: 'ada', cookie_id: 'c' });
    expect(await named('ada')).toEqual({ id: 1 });
    expect(await Promise.all(['ada', 'bob', 'ada'].map(named))).toEqual([{ id: 1 }, undefined, { id: 1 }]);
  });

  test('lists of any length are one value', async () => {
    await db('users').insert(['ada', 'bob', 'o\'hara "x"'].map((name) => ({ name, cookie_id: name })));
    const ids = (names: string[]) => reads.all<{ id: number }>(`SELECT id FROM users WHERE name IN ${reads.nameList} ORDER BY id`, toNameList(names));
    expect(await ids([])).toEqual([]);
    expect(await ids(['bob', 'o\'hara "x"', 'nobody'])).toEqual([{ id: 2 }, { id: 3 }]);
    const names = await reads.all(`SELECT name FROM users WHERE id IN ${reads.idList}`, JSON.stringify(Array.from({ length: 40_000 }, (_, i) => i)));
    expect(names).toHaveLength(3);
  });

  test('a table is rows with the same values as any others, in the order asked for', async () => {
    await db('users').insert([{ name: 'ada', admin: true, cookie_id: 'a' }, { name: 'Zoë "\\', admin: false, cookie_id: 'z', created: '2026-01-01 00:00:00.000001' }]);
    const columns = { id: 'users.id', name: 'users.name', admin: 'users.admin', created: 'users.created' };
    const rows = await reads.table(columns, 'FROM users WHERE id > ? ORDER BY users.name DESC', 0);
    expect(rows).toEqual(await reads.all('SELECT id, name, admin, created FROM users ORDER BY name DESC'));
    expect(rows).toMatchObject([{ name: 'ada' }, { name: 'Zoë "\\', created: '2026-01-01 00:00:00.000001' }]);
    expect(await reads.table(columns, 'FROM users WHERE id > ?', 99)).toEqual([]);
  });

  test('a name that no database can hold is nobody, and keeps nobody from being found', async () => {
    await db('users').insert({ name: 'ada', cookie_id: 'a' });
    const names = toNameList(['a\0da', '\ud800', 'ada']);
    expect(await reads.all(`SELECT name FROM users WHERE name IN ${reads.nameList}`, names)).toEqual([{ name: 'ada' }]);
  });

  test('a mistake in a statement is reported each time', async () => {
    for (let tries = 0; tries < 2; tries += 1) await expect(reads.all('SELECT x FROM nowhere')).rejects.toThrow(/nowhere/);
  });
});
