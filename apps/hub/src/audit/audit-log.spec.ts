import { Logger } from '@nestjs/common';
import { beforeEach, expect, test } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import type { AuditEntry } from '../http/audit-entry.js';
import type { GrantsRepository } from '../identity/grants.repository.js';
import { AuditLog } from './audit-log.js';
import type { AuditRepository, NewAuditRow } from './audit.repository.js';

/** A table that can be away, and cannot hold everything. */
class Table {
  rows: NewAuditRow[] = [];
  writes = 0;
  away = false;
  unfit = '';
  add = async (rows: readonly NewAuditRow[]) => {
    if (this.away) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    if (rows.some(({ action }) => action === this.unfit)) throw new Error('no such column');
    this.writes += 1;
    this.rows.push(...rows);
  };
  users = async () => [];
}

let table: Table;
let log: AuditLog;
beforeEach(() => {
  Logger.overrideLogger(false);
  table = new Table();
  log = new AuditLog(defaultConfig(), table as unknown as AuditRepository, {} as GrantsRepository);
});

const entry = (action: string): AuditEntry => ({
  at: new Date(0),
  actor: { kind: 'user', name: 'ada' },
  behalf: null,
  via: null,
  address: '',
  method: 'POST',
  route: '/',
  action,
  target: null,
  targetUserId: null,
  status: 200,
  denied: false,
  reason: null,
});
const record = (count: number, first = 0) => {
  for (let n = first; n < first + count; n += 1) log.record(entry(`a.${n}`));
};
const actions = () => table.rows.map(({ action }) => action);

test('what is recorded is written in its order, all at once, and once', async () => {
  record(3);
  await Promise.all([log.flush(), log.flush()]);
  await log.flush();
  expect([actions(), table.writes]).toEqual([['a.0', 'a.1', 'a.2'], 1]);
});

test('while the database is away nothing is lost', async () => {
  table.away = true;
  record(2);
  await expect(log.flush()).rejects.toThrow('locked');
  record(1, 2);
  table.away = false;
  await log.flush();
  expect(actions()).toEqual(['a.0', 'a.1', 'a.2']);
});

test('what comes while it is being written is written next', async () => {
  record(1);
  const writing = log.flush();
  record(1, 1);
  await writing;
  await log.flush();
  expect(actions()).toEqual(['a.0', 'a.1']);
});

test('there is room for so many, and a record of how many there was no room for', async () => {
  table.away = true;
  record(20_005);
  await expect(log.flush()).rejects.toThrow('locked');
  table.away = false;
  await log.flush();
  expect(table.rows).toHaveLength(20_001);
  expect(table.rows.at(-1)).toMatchObject({ action: 'audit.lost', actor_kind: 'hub', reason: '5 records were lost while the database was away' });
  await log.flush();
  expect(table.rows).toHaveLength(20_001);
});

test('one record that cannot be written keeps no other from being written', async () => {
  table.unfit = 'a.1';
  record(3);
  await log.flush();
  record(1, 3);
  await log.flush();
  expect(actions()).toEqual(['a.0', 'a.2', 'a.3']);
});
