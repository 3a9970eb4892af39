import type { Knex } from 'knex';
import type { DatabaseLocation } from './db-url.js';
import { mysqlConnection } from './mysql-url.js';
import { beginMysqlSession } from './mysql-session.js';

const BUSY_TIMEOUT_MS = 2_000;
const BOOLEAN = 16;
const NUMBERS = new Set([20, 21, 23, 26, 700, 701]);

/** How Knex talks with each database, so that rows look the same whichever it is: times are text, bytes are bytes or text. */
export function knexOptions(location: DatabaseLocation): Knex.Config {
  if (location.kind === 'postgresql') {
    return { client: 'pg', connection: { connectionString: location.url, types: { getTypeParser: postgresParser } } };
  }
  if (location.kind === 'mysql') {
    const connection = { ...mysqlConnection(location.url), charset: 'utf8mb4', dateStrings: true, typeCast: mysqlValue };
    return { client: 'mysql2', connection, pool: { min: 0, max: 10, afterCreate: beginMysqlSession } };
  }
  return {
    client: 'sqlite3',
    connection: { filename: location.file },
    useNullAsDefault: true,
    // one connection is the queue that keeps writers apart; it is never retired, since an in-memory database would go with it
    pool: { min: 1, max: 1, idleTimeoutMillis: 2 ** 31 - 1, afterCreate: setPragmas },
  };
}

type SqliteConnection = { exec(sql: string, done: (error: Error | null) => void): void };

function setPragmas(connection: SqliteConnection, done: (error: Error | null) => void): void {
  connection.exec(`PRAGMA busy_timeout=${BUSY_TIMEOUT_MS}; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL;`, done);
}

/** Of what mysql2 tells about a value. */
interface MysqlField {
  type: string;
  string(): string | null;
}

/** Times with six digits, whether the column has a fraction or not, so that equal times are equal texts. */
export function mysqlValue(field: MysqlField, otherwise: () => unknown): unknown {
  if (field.type !== 'DATETIME') return otherwise();
  const text = field.string();
  return text === null || text.includes('.') ? text : `${text}.000000`;
}

/**
 * How PostgreSQL's text becomes a value, so that rows look as SQLite's do: times and bytes stay text.
 * @param oid of the type, from PostgreSQL's table pg_type
 */
export function postgresParser(oid: number): (text: string) => string | number | boolean {
  if (oid === BOOLEAN) return (text) => text === 't';
  return NUMBERS.has(oid) ? Number : String;
}
