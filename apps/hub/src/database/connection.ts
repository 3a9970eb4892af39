import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import knex, { type Knex } from 'knex';
import { messageOf, StartupError } from '../errors.js';
import type { Database } from './database.js';
import { type DatabaseLocation, describeLocation, parseDbUrl } from './db-url.js';
import { ensureSchema } from './schema.js';

const LOCK_PATIENCE_MS = 60_000;
const BUSY_TIMEOUT_MS = 2_000;
const log = new Logger('database');

/**
 * Opens the database of `JupyterHub.db_url`, proves that it can be written, and creates what is missing of the schema.
 * A locked SQLite file is waited for, up to a minute.
 * @throws StartupError naming the file or server and what to do.
 */
export async function openDatabase(dbUrl: string): Promise<Database> {
  const location = parseDbUrl(dbUrl);
  const db = knex(connectionOptions(location));
  try {
    await whenUnlocked(location, () => proveWritable(db, location));
    await ensureSchema(db, describeLocation(location));
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof StartupError ? error : explained(error, location);
  }
}

const BOOLEAN = 16;
const NUMBERS = new Set([20, 21, 23, 26, 700, 701]);

/**
 * How PostgreSQL's text becomes a value, so that rows look as SQLite's do: times and bytes stay text.
 * @param oid of the type, from PostgreSQL's table pg_type
 */
export function postgresParser(oid: number): (text: string) => string | number | boolean {
  if (oid === BOOLEAN) return (text) => text === 't';
  return NUMBERS.has(oid) ? Number : String;
}

function connectionOptions(location: DatabaseLocation): Knex.Config {
  if (location.kind === 'postgresql') {
    return { client: 'pg', connection: { connectionString: location.url, types: { getTypeParser: postgresParser } } };
  }
  const afterCreate = (connection: { exec(sql: string, done: (error: Error | null) => void): void }, done: (error: Error | null) => void) =>
    connection.exec(
      `PRAGMA busy_timeout=${BUSY_TIMEOUT_MS}; PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;`,
      done,
    );
  return {
    client: 'sqlite3',
    connection: { filename: location.file },
    useNullAsDefault: true,
    // one connection is the queue that keeps writers apart; it is never retired, since an in-memory database would go with it
    pool: { min: 1, max: 1, idleTimeoutMillis: 2 ** 31 - 1, afterCreate },
  };
}

/** SQLite opens a read-only or foreign file without complaint; only a write lock tells. */
async function proveWritable(db: Database, location: DatabaseLocation): Promise<void> {
  if (location.kind === 'postgresql') await db.raw('SELECT 1');
  else {
    await db.raw('BEGIN IMMEDIATE');
    await db.raw('ROLLBACK');
  }
}

async function whenUnlocked(location: DatabaseLocation, open: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isLocked(error) || Date.now() > giveUpAt) throw error;
      log.warn(`${describeLocation(location)} is locked by another process; waiting for it`);
      await delay(500);
    }
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');

export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

/** True for failures of the database itself (locked, full, gone), as opposed to a mistake in a query. */
export function isDatabaseOutage(error: unknown): boolean {
  return /^(SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB)|ECONNREFUSED|ECONNRESET|57P0\d|08\d{3}|53\d{3})/.test(codeOf(error));
}

/** True when PostgreSQL cannot hold or compare a value: a NUL or no Unicode in a text, too long a text, too large a number. */
export function isUnfitValue(error: unknown): boolean {
  return /^22(001|003|021|P05)$/.test(codeOf(error));
}

/** What went wrong without the statement: its values may be secrets. */
export function withoutSql(error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) === '') return error;
  const told = new Error(error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, ''), { cause: codeOf(error) });
  told.stack = `${told.message}\n${(error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).join('\n')}`;
  return told;
}

const ADVICE: readonly [pattern: RegExp, why: string][] = [
  [/^SQLITE_CANTOPEN/, 'the file or its folder does not exist or may not be opened; create the folder, or correct JupyterHub.db_url'],
  [/^SQLITE_READONLY/, 'it is read-only; give the account of the hub write permission on the file and its folder'],
  [/^SQLITE_FULL/, 'the disk is full; free some space and start again'],
  [/^SQLITE_(BUSY|LOCKED)/, 'another process holds a lock on it; stop that process (another hub?) and start again'],
  [/^SQLITE_(NOTADB|CORRUPT)/, 'it is no SQLite database, or a damaged one; restore a copy, or correct JupyterHub.db_url'],
  [/^ECONNREFUSED/, 'nobody listens there; start the database server, or correct JupyterHub.db_url'],
];

function explained(error: unknown, location: DatabaseLocation): StartupError {
  const why = ADVICE.find(([pattern]) => pattern.test(codeOf(error)))?.[1] ?? messageOf(error);
  return new StartupError(`cannot use ${describeLocation(location)}: because ${why}`, { cause: error });
}
