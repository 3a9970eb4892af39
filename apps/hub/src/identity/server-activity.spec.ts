import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database/connection.js';
import type { Database } from '../database/database.js';
import { Activity } from './activity.js';
import { laterSamples } from './server-activity.js';

let db: Database;
let activity: Activity;
beforeEach(async () => {
  db = await openDatabase('sqlite://');
  await db('users').insert({ id: 1, name: 'ada', cookie_id: 'c' });
  await db('spawners').insert([1, 2].map((id) => ({ id, user_id: 1, name: `s${id}` })));
  activity = new Activity(db);
});
afterEach(() => db.destroy());

const stored = async (id: number) => db('elara_server_activity').where({ spawner_id: id }).first();
const lastActivity = async (id: number) => (await db('spawners').where({ id }).first('last_activity'))!.last_activity;
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const text = (time: string) => `2026-01-01 ${time}.000000`;

test('each source is remembered by itself, and only traffic and reports move last_activity', async () => {
  activity.startedServer(1, at('08:00:00'), 60);
  activity.sawServer(1, 'proxy', at('09:00:00'), at('09:05:00'));
  activity.sawServer(1, 'report', at('08:30:00'), at('09:06:00'));
  activity.sawServer(1, 'api', at('10:00:00'));
  await activity.flush();
  expect(await stored(1)).toEqual({
    spawner_id: 1,
    proxy: text('09:00:00'),
    proxy_read: text('09:05:00'),
    report: text('08:30:00'),
    report_received: text('09:06:00'),
    api: text('10:00:00'),
    report_interval: 60,
  });
  expect(await lastActivity(1)).toBe(text('09:00:00'));
});

test('a proxy that saw no traffic was read all the same', async () => {
  activity.sawServer(1, 'proxy', null, at('09:05:00'));
  await activity.flush();
  expect(await stored(1)).toMatchObject({ proxy: null, proxy_read: text('09:05:00') });
  expect(await lastActivity(1)).toBeNull();
});

test('nothing moves back, in memory or in the database, and the rest of a row stays', async () => {
  activity.sawServer(1, 'report', at('09:00:00'), at('09:00:01'));
  await activity.flush();
  activity.sawServer(1, 'report', at('08:00:00'), at('09:01:00'));
  activity.sawServer(1, 'proxy', at('07:00:00'), at('09:01:00'));
  const unwritten = activity.samplesOf(1, (await stored(1))!);
  await activity.flush();
  expect(await stored(1)).toEqual(unwritten);
  expect(unwritten).toMatchObject({ report: text('09:00:00'), report_received: text('09:01:00'), proxy: text('07:00:00') });
});

test('a server that was deleted meanwhile does not keep the others from being written', async () => {
  activity.sawServer(1, 'report', at('09:00:00'));
  activity.sawServer(2, 'report', at('09:00:00'));
  await db('spawners').where({ id: 1 }).delete();
  await activity.flush();
  expect([await stored(1), (await stored(2))?.report]).toEqual([undefined, text('09:00:00')]);
});

test('what comes while a flush is under way is written by the next', async () => {
  activity.sawServer(1, 'report', at('09:00:00'));
  const flush = activity.flush();
  activity.sawServer(1, 'report', at('09:30:00'));
  await flush;
  await activity.flush();
  expect((await stored(1))!.report).toBe(text('09:30:00'));
});

test('5,000 reports in ten seconds are ten transactions, and a report by itself writes nothing', async () => {
  await db.batchInsert('spawners', Array.from({ length: 500 }, (_, i) => ({ id: i + 10, user_id: 1, name: `n${i}` })), 100);
  const statements: string[] = [];
  db.on('query', ({ sql }: { sql: string }) => statements.push(sql));
  for (let second = 0; second < 10; second += 1) {
    for (let id = 10; id < 510; id += 1) activity.sawServer(id, 'report', at(`09:00:0${second}`));
    expect(statements.filter((sql) => /BEGIN/i.test(sql))).toHaveLength(second);
    await activity.flush();
  }
  const writes = statements.filter((sql) => /INSERT|UPDATE/.test(sql));
  expect(statements.filter((sql) => /BEGIN/i.test(sql))).toHaveLength(10);
  expect(writes.length).toBeLessThanOrEqual(10 * (2 + 5));
  const [late] = await db('elara_server_activity').where('report', text('09:00:09')).count<{ n: number }[]>('* as n');
  expect(late!.n).toBe(500);
});

test.each([
  [undefined, { api: '2' }, { api: '2' }],
  [{ api: '2' }, { api: '1' }, { api: '2' }],
  [{ api: '1' }, { api: '2' }, { api: '2' }],
  [{ proxy: '1' }, { proxy: null }, { proxy: '1' }],
  [{ proxy: null }, { proxy: '1' }, { proxy: '1' }],
  [{ report_interval: 60 }, { report_interval: 30 }, { report_interval: 30 }],
  [{ report_interval: 60 }, { api: '1' }, { report_interval: 60, api: '1' }],
])('%o and then %o is %o', (known, news, merged) => {
  expect(laterSamples(known, news)).toEqual(merged);
});
