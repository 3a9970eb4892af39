import type { Database } from './database.js';
import { kindOf } from './dialect.js';

/**
 * Adds rows, and returns them as they are stored; in no certain order.
 * @param key a column of them that is unique, by which they are found again where an insert returns nothing (MySQL)
 */
export async function insertRows<Row extends object>(db: Database, table: string, rows: readonly Partial<Row>[], key: keyof Row & string): Promise<Row[]> {
  if (kindOf(db) !== 'mysql') return (await db(table as never).insert([...rows] as never).returning('*')) as unknown as Row[];
  await db(table as never).insert([...rows] as never);
  return (await db(table as never).whereIn(key, rows.map((row) => row[key]) as never)) as unknown as Row[];
}

/** Adds a row. @returns its id */
export async function insertRow(db: Database, table: string, row: object): Promise<number> {
  if (kindOf(db) === 'mysql') return ((await db(table as never).insert(row as never)) as unknown as number[])[0]!;
  const [made] = (await db(table as never).insert(row as never).returning('id')) as unknown as { id: number }[];
  return made!.id;
}
