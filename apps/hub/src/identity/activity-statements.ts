import type { Database } from '../database/database.js';
import { dialectOf, kindOf } from '../database/dialect.js';

/** Rows of values, as a table `fresh` of which a statement can read. */
export interface FreshRows {
  /** The name of a column, and whether it holds a number, a time, or a length in seconds. */
  columns: Readonly<Record<string, 'number' | 'time' | 'seconds'>>;
  rows: readonly (readonly (number | string | null)[])[];
}

/** Sets `last_activity` of many rows, of each to its own time, unless a later one is stored. */
export async function updateLatest(db: Database, table: string, rows: readonly (readonly [id: number, at: string])[]): Promise<void> {
  const fresh: FreshRows = { columns: { id: 'number', at: 'time' }, rows };
  const isLater = `(${table}.last_activity IS NULL OR ${table}.last_activity < fresh.at)`;
  const sql =
    kindOf(db) === 'mysql'
      ? `UPDATE ${table} JOIN (${unionOf(db, fresh)}) AS fresh ON ${table}.id = fresh.id SET ${table}.last_activity = fresh.at WHERE ${isLater}`
      : `WITH ${listOf(db, fresh)} UPDATE ${table} SET last_activity = fresh.at FROM fresh WHERE ${table}.id = fresh.id AND ${isLater}`;
  await db.raw(sql, rows.flat() as string[]);
}

/** How to write of times the later one, in a row that may be there already. */
export interface Merge {
  table: string;
  /** The column by which a row is found. */
  key: string;
  /** Rows whose key is in none of these are passed over. */
  keys: string;
  later: readonly string[];
  /** Columns of which a new value counts, if there is one. */
  newest: readonly string[];
}

/** Adds rows, or brings up to date what is there, in one statement. */
export async function mergeLater(db: Database, { table, key, keys, later, newest }: Merge, fresh: FreshRows): Promise<void> {
  const columns = Object.keys(fresh.columns).join(', ');
  const isMysql = kindOf(db) === 'mysql';
  const given = (column: string) => (isMysql ? `VALUES(${column})` : `excluded.${column}`);
  const changes = [
    ...later.map((time) => `${time} = CASE WHEN ${table}.${time} IS NULL OR ${given(time)} > ${table}.${time} THEN ${given(time)} ELSE ${table}.${time} END`),
    ...newest.map((column) => `${column} = COALESCE(${given(column)}, ${table}.${column})`),
  ].join(', ');
  const rows = `SELECT ${columns} FROM ${isMysql ? `(${unionOf(db, fresh)}) AS fresh` : 'fresh'} WHERE ${key} IN (${keys})`;
  const sql = isMysql
    ? `INSERT INTO ${table} (${columns}) ${rows} ON DUPLICATE KEY UPDATE ${changes}`
    : `WITH ${listOf(db, fresh)} INSERT INTO ${table} (${columns}) ${rows} ON CONFLICT (${key}) DO UPDATE SET ${changes}`;
  await db.raw(sql, fresh.rows.flat() as string[]);
}

function castsOf(db: Database, { columns }: FreshRows): string[] {
  const { integer, time } = dialectOf(db);
  const casts = { number: integer, time, seconds: 'CAST(? AS REAL)' };
  return Object.values(columns).map((kind) => casts[kind]);
}

function listOf(db: Database, fresh: FreshRows): string {
  const row = `(${castsOf(db, fresh).join(', ')})`;
  return `fresh(${Object.keys(fresh.columns).join(', ')}) AS (VALUES ${fresh.rows.map(() => row).join(', ')})`;
}

/** What MySQL and MariaDB both understand. */
function unionOf(db: Database, fresh: FreshRows): string {
  const names = Object.keys(fresh.columns);
  const row = `SELECT ${castsOf(db, fresh).map((cast, index) => `${cast.replace('REAL', 'DOUBLE')} AS ${names[index]}`).join(', ')}`;
  return fresh.rows.map(() => row).join(' UNION ALL ');
}
