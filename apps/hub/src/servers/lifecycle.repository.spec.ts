import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { LifecycleRepository } from './lifecycle.repository.js';

const PENDING = { to: 'spawn-pending', deadline: new Date('2026-11-20T08:00:00Z'), failure: null } as const;
const READY = { to: 'ready', deadline: null, failure: null, memo: { pid: 7 } } as const;

let db: Database;
let id: number;
let store: LifecycleRepository;

beforeEach(async () => {
  db = await openDatabase('sqlite://');
  const [user] = await db('users').insert({ name: 'ann', cookie_id: 'c' }).returning('id');
  id = (await db('spawners').insert({ user_id: user!.id, name: '' }).returning('id'))[0]!.id;
  store = new LifecycleRepository(db);
});
afterEach(() => db.destroy());

const row = () => db('elara_server_lifecycle').first();

test('the first move makes the row, once', async () => {
  expect(await Promise.all([store.move(id, 0, PENDING), store.move(id, 0, PENDING)])).toEqual([true, false]);
  expect(await row()).toMatchObject({ state: 'spawn-pending', epoch: 1, deadline: '2026-11-20 08:00:00.000000', owner: expect.any(String) });
});

test('who holds an old epoch changes nothing', async () => {
  await store.move(id, 0, PENDING);
  const other = new LifecycleRepository(db);
  expect(await Promise.all([store.move(id, 1, READY), other.move(id, 1, { ...PENDING, to: 'stop-pending' })])).toEqual([true, false]);
  expect(await row()).toMatchObject({ state: 'ready', epoch: 2, owner: null, deadline: null, process: '{"pid":7}' });
  expect(await store.move(id, 0, PENDING)).toBe(false);
});

test('a failure is kept, and the process unless it is told anew', async () => {
  await store.move(id, 0, READY);
  await store.move(id, 1, { to: 'stopped', deadline: null, failure: { code: 'home', message: 'm', detail: '', hint: '', log: ['x'] } });
  expect(await row()).toMatchObject({ failure_code: 'home', failure: expect.stringContaining('"log":["x"]'), process: '{"pid":7}' });
});
