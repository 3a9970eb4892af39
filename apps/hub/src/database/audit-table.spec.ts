import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './connection.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'elara-db-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const RECORD = { at: '2026-01-01 00:00:00.000000', actor_kind: 'user', actor: 'ada', address: '', method: 'POST', route: '/', action: 'x.y', status: 200, denied: false };

test('a database of an earlier Elara gets what it lacks, and keeps what it has', async () => {
  const file = join(folder, 'elara.sqlite');
  const earlier = await openDatabase(file);
  await earlier('users').insert({ name: 'ada', cookie_id: 'c' });
  await earlier.schema.dropTable('elara_audit').dropTable('elara_history');
  await earlier.raw('DROP INDEX elara_users_last_activity');
  await earlier.destroy();
  for (let start = 1; start <= 2; start += 1) {
    const db = await openDatabase(file);
    await db('elara_audit').insert(RECORD);
    await expect(db('elara_audit').update({ actor: 'bob' })).rejects.toThrow('records of the audit are never changed');
    expect(await db('elara_audit').pluck('actor')).toEqual(Array.from({ length: start }, () => 'ada'));
    expect(await db('elara_history').select()).toEqual([]);
    const indexes = await db('sqlite_master').where('type', 'index').pluck('name');
    expect(indexes).toEqual(expect.arrayContaining(['elara_users_last_activity', 'elara_audit_denied', 'elara_audit_at']));
    expect(await db('users').pluck('name')).toEqual(['ada']);
    await db.destroy();
  }
});
