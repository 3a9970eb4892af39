import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { Activity } from './activity.js';

let db: Database;
beforeEach(async () => {
  db = await openDatabase('sqlite://');
  await db('users').insert([1, 2].map((id) => ({ id, name: `u${id}`, cookie_id: `c${id}` })));
});
afterEach(() => db.destroy());

const stored = async (id: number) => (await db('users').where({ id }).first('last_activity'))!.last_activity;
const noon = '2026-01-01 12:00:00.000000';

test('what is recorded is seen at once and written by the flush, the latest only', async () => {
  const activity = new Activity(db);
  activity.record('users', 1, new Date('2026-01-01T11:00:00Z'));
  activity.record('users', 1, new Date('2026-01-01T12:00:00Z'));
  activity.record('users', 1, new Date('2026-01-01T10:00:00Z'));
  expect(activity.latest('users', 1, null)).toBe(noon);
  expect(await stored(1)).toBeNull();
  await activity.flush();
  expect(await stored(1)).toBe(noon);
  expect(await stored(2)).toBeNull();
});

test('what is stored never moves back', async () => {
  await db('users').where({ id: 2 }).update({ last_activity: noon });
  const activity = new Activity(db);
  activity.record('users', 2, '2025-06-06 06:06:06.123456');
  expect(activity.latest('users', 2, noon)).toBe(noon);
  await activity.flush();
  expect(await stored(2)).toBe(noon);
});

test('thousands of reports are one transaction, and microseconds survive', async () => {
  await db.batchInsert('users', Array.from({ length: 2000 }, (_, i) => ({ id: i + 10, name: `n${i}`, cookie_id: `k${i}` })), 100);
  const activity = new Activity(db);
  for (let id = 10; id < 2010; id += 1) activity.record('users', id, '2026-06-06 06:06:06.123456');
  await activity.flush();
  const [row] = await db('users').where('last_activity', '2026-06-06 06:06:06.123456').count<{ n: number }[]>('* as n');
  expect(row!.n).toBe(2000);
});

test('a failed flush loses nothing', async () => {
  const activity = new Activity(db);
  activity.record('users', 1, noon);
  await db.schema.renameTable('users', 'away');
  await expect(activity.flush()).rejects.toThrow();
  await db.schema.renameTable('away', 'users');
  await activity.flush();
  expect(await stored(1)).toBe(noon);
});
