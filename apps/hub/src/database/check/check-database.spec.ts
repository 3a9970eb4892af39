import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../connection.js';
import type { Database } from '../database.js';
import { checkDatabase, mendDatabase } from './check-database.js';
import { CHECKS } from './checks.js';

let db: Database;
beforeEach(async () => {
  db = await openDatabase('sqlite://');
  await db('oauth_clients').insert({ identifier: 'jupyterhub' });
  await db('users').insert({ id: 1, name: 'ada', cookie_id: 'a' });
  await db('roles').insert({ id: 1, name: 'user', managed_by_auth: false });
  await db('user_role_map').insert({ user_id: 1, role_id: 1, managed_by_auth: false });
  await db('servers').insert([{ id: 1 }, { id: 2 }]);
  await db('oauth_clients').insert([{ identifier: 'jupyterhub-user-ada' }, { identifier: 'service-board' }]);
  await db('spawners').insert({ id: 1, user_id: 1, name: '', server_id: 1, oauth_client_id: 'jupyterhub-user-ada' });
  await db('services').insert({ id: 1, name: 'board', _server_id: 2, oauth_client_id: 'service-board' });
  await db('api_tokens').insert({ user_id: 1, hashed: 'h', prefix: 'p', client_id: 'jupyterhub' });
  await db('shares').insert({ created_at: 'now', user_id: 1, owner_id: 1, spawner_id: 1 });
});
afterEach(() => db.destroy());

const summary = async () => (await checkDatabase(db)).findings.map(({ table, rows }) => `${rows} ${table}`);

test('what a hub leaves behind is in order', async () => {
  expect(await checkDatabase(db)).toEqual({ findings: [], damage: [] });
  expect(await mendDatabase(db)).toEqual([]);
});

test('rows of a server that only the hub would have removed are found, also those behind them', async () => {
  await db('servers').insert({ id: 3 });
  await db('spawners').insert({ id: 2, user_id: null, name: 'lost', server_id: 3 });
  expect(await summary()).toEqual(['1 spawners']);
  expect(await mendDatabase(db)).toMatchObject([{ table: 'spawners', rows: 1 }, { table: 'servers', rows: 1 }]);
  expect(await summary()).toEqual([]);
  expect(await db('servers').pluck('id')).toEqual([1, 2]);
});

test('the later of two servers with the same name is found, unless it runs', async () => {
  await db('servers').insert({ id: 3 });
  await db('spawners').insert([{ id: 2, user_id: 1, name: '' }, { id: 3, user_id: 1, name: '', server_id: 3 }, { id: 4, user_id: 1, name: 'lab' }]);
  expect(await summary()).toEqual(['1 spawners']);
  await mendDatabase(db);
  expect(await db('spawners').orderBy('id').pluck('id')).toEqual([1, 3, 4]);
});

test('a file whose foreign keys nobody looked after is mended, and what is in order stays', async () => {
  const before = await Promise.all(['users', 'spawners', 'services', 'api_tokens', 'shares', 'user_role_map', 'servers', 'oauth_clients'].map((table) => db(table as 'users').select()));
  await db.raw('PRAGMA foreign_keys=OFF');
  await db('api_tokens').insert([
    { user_id: 9, hashed: '1', prefix: 'p', client_id: 'jupyterhub' },
    { service_id: 9, hashed: '2', prefix: 'p', client_id: 'jupyterhub' },
    { hashed: '3', prefix: 'p', client_id: 'jupyterhub' },
    { user_id: 1, hashed: '4', prefix: 'p', client_id: null },
    { user_id: 1, hashed: '5', prefix: 'p', client_id: 'gone' },
  ]);
  await db('oauth_codes').insert({ user_id: 9, client_id: 'jupyterhub', code: 'c' });
  await db('user_role_map').insert([{ user_id: 9, role_id: 1, managed_by_auth: false }, { user_id: 1, role_id: 9, managed_by_auth: false }]);
  await db('group_role_map').insert({ group_id: 9, role_id: 1, managed_by_auth: false });
  await db('service_role_map').insert({ service_id: 9, role_id: 1, managed_by_auth: false });
  await db('user_group_map').insert({ user_id: 1, group_id: 9 });
  await db('shares').insert([{ created_at: 'now', user_id: 1, owner_id: 1, spawner_id: 9 }, { created_at: 'now', owner_id: 1, spawner_id: 1 }]);
  await db('share_codes').insert({ created_at: 'now', hashed: 'h', prefix: 'p', owner_id: 9, spawner_id: 1 });
  await db('oauth_clients').insert({ identifier: 'service-gone' });
  await db('services').insert({ id: 2, name: 'other', _server_id: 9, oauth_client_id: 'gone' });
  await db('spawners').insert([{ id: 2, user_id: 1, name: 'lab', server_id: 9 }, { id: 3, user_id: 1, name: 'old', oauth_client_id: 'gone' }, { id: 4, user_id: 9, name: '' }]);
  for (const table of ['elara_server_activity', 'elara_server_lifecycle', 'elara_server_stops', 'elara_cull_warnings', 'elara_service_runs']) {
    const notes = { elara_server_lifecycle: { state: 'stopped', epoch: 1, updated: 'now' }, elara_server_stops: { at: 'now', code: 'x', detail: '' }, elara_cull_warnings: { at: 'now', reason: 'r' } }[table];
    await db(table as 'users').insert((table === 'elara_service_runs' ? { service_id: 9, schedule: '', handled: 'now', number: 1 } : { spawner_id: 9, ...notes }) as never);
  }
  const found = await checkDatabase(db);
  expect(found.findings.map(({ table, rows }) => `${table} ${rows}`)).toEqual([
    ...['spawners 1', 'spawners 1', 'spawners 1', 'services 1', 'services 1', 'oauth_clients 1', 'api_tokens 5', 'oauth_codes 1', 'user_role_map 2'],
    ...['group_role_map 1', 'service_role_map 1', 'user_group_map 1', 'shares 2', 'share_codes 1'],
    ...['elara_server_lifecycle 1', 'elara_server_activity 1', 'elara_server_stops 1', 'elara_cull_warnings 1', 'elara_service_runs 1'],
  ]);
  await mendDatabase(db);
  expect(await checkDatabase(db)).toEqual({ findings: [], damage: [] });
  await db('spawners').where('id', '>', 1).delete();
  await db('services').where('id', 2).delete();
  const after = await Promise.all(['users', 'spawners', 'services', 'api_tokens', 'shares', 'user_role_map', 'servers', 'oauth_clients'].map((table) => db(table as 'users').select()));
  expect(after).toEqual(before);
  expect(await db.raw('PRAGMA foreign_key_check')).toEqual([]);
});

test('every table that refers to another is looked at', async () => {
  const tables = await db('sqlite_master').where('type', 'table').pluck('name');
  const referring: string[] = [];
  for (const table of tables as string[]) if (((await db.raw(`PRAGMA foreign_key_list("${table}")`)) as unknown[]).length > 0) referring.push(table);
  expect(referring.filter((table) => !CHECKS.some((check) => check.table === table))).toEqual([]);
});
