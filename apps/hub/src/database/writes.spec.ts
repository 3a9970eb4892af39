import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compiled } from './compiled.js';
import { openDatabase } from './connection.js';
import type { Database } from './database.js';
import { type Statement, type Writes, writesTo } from './writes.js';

interface Connection {
  open: boolean;
  on(event: 'trace', tell: (sql: string) => void): void;
}

describe.each(['file', 'memory'])('writes to a database in a %s', (kind) => {
  let dir: string;
  let url: string;
  let db: Database;
  let writes: Writes;
  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'elara-writes-'));
    url = kind === 'file' ? `sqlite:///${path.join(dir, 'x.sqlite')}` : 'sqlite://';
    db = await openDatabase(url);
    writes = writesTo(db);
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(dir, { recursive: true, force: true });
  });

  const add = (name: string): Statement => ['INSERT INTO groups (name) VALUES (?)', name];
  const names = async () => (await db('groups').orderBy('id').select('name')).map(({ name }) => name);

  const rename: Statement = ['UPDATE groups SET properties = ?', '{}'];
  const openConnection = async () => {
    const connection = (await db.client.acquireConnection()) as Connection;
    await db.client.releaseConnection(connection);
    return connection;
  };

  test('what is asked for in one turn is one transaction, and in order; each is told what it has changed', async () => {
    const told: string[] = [];
    (await openConnection()).on('trace', (sql) => told.push(sql));
    expect(await Promise.all([writes.run(add('a')), writes.run(add('b')), writes.run(rename), writes.run(add('c'))])).toEqual([[1], [1], [2], [1]]);
    expect(await writes.run(rename, ['DELETE FROM groups WHERE name = ?', 'x'])).toEqual([3, 0]);
    const ends = () => told.filter((sql) => /BEGIN|COMMIT/.test(sql));
    // the driver tells them a little later
    await vi.waitFor(() => expect(ends()).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']));
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  test('a database that was written to can be closed', async () => {
    await writes.run(add('a'), rename);
    const connection = await openConnection();
    await db.destroy();
    expect(connection.open).toBe(false);
  });

  test('what a statement has inserted is known to the next', async () => {
    await writes.run(['INSERT INTO servers (port) VALUES (?)', 1]);
    await writes.run(['INSERT INTO servers (port) VALUES (?)', 2], [`INSERT INTO spawners (server_id) VALUES (${writes.lastId})`]);
    expect(await db('spawners').first()).toMatchObject({ server_id: 2 });
  });

  test('one that cannot be done is not done in part, and takes none of the others along', async () => {
    const results = await Promise.allSettled([writes.run(add('a')), writes.run(add('b'), add('a')), writes.run(['nonsense']), writes.run(add('c'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'SQLITE_CONSTRAINT' } });
    expect(await names()).toEqual(['a', 'c']);
    await expect(writes.run(['nonsense'])).rejects.toThrow(/nonsense/);
  });

  test('it keeps out of the transactions of others', async () => {
    const other = db.transaction(async (trx) => {
      await trx('groups').insert({ name: 'undone' });
      const written = writes.run(add('a'), add('b'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Promise.reject(Object.assign(new Error('never mind'), { written }));
    });
    const { written } = (await other.catch((error: unknown) => error)) as { written: Promise<number[]> };
    expect(await written).toEqual([1, 1]);
    expect(await names()).toEqual(['a', 'b']);
  });

  test.runIf(kind === 'file')('while another program locks the database, all are told so, and later ones succeed', async () => {
    await db.raw('PRAGMA busy_timeout = 20');
    const other = await openDatabase(url);
    await other.raw('BEGIN IMMEDIATE');
    const results = await Promise.allSettled(['a', 'b'].map((name) => writes.run(add(name))));
    expect(results).toMatchObject([{ reason: { code: 'SQLITE_BUSY' } }, { reason: { code: 'SQLITE_BUSY' } }]);
    await other.raw('ROLLBACK');
    await other.destroy();
    await writes.run(add('c'), add('d'));
    expect(await names()).toEqual(['c', 'd']);
  });

  test('a statement that Knex has built is used with any values', async () => {
    const insert = compiled(['name', 'properties'], (row) => db('groups').insert(row).onConflict('name').merge());
    const change = compiled(['was', 'name', 'more'], ({ was, name, more }) => db('groups').where({ name: was, properties: '{}' }).update({ name, properties: db.raw('COALESCE(?, properties)', [more]) }));
    await writes.run(insert({ properties: '1', name: 'a' }), insert({ name: 'a', properties: '{}' }), insert({ name: 'b', properties: '{}' }));
    expect(await writes.run(change({ was: 'a', name: 'A', more: null }), change({ was: 'b', name: 'B', more: '2' }), change({ was: 'x', name: 'X', more: null }))).toEqual([1, 1, 0]);
    expect(await db('groups').select('name', 'properties')).toEqual([{ name: 'A', properties: '{}' }, { name: 'B', properties: '2' }]);
  });
});
