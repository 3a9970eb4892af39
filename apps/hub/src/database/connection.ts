import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import knex, { type Knex } from 'knex';
import { StartupError } from '../errors.js';
import type { Database } from './database.js';
import { type DatabaseLocation, describeLocation, parseDbUrl } from './db-url.js';
import { createMissing, requireRevision } from './ensure-schema.js';
import { explained, isLocked } from './outages.js';

const LOCK_PATIENCE_MS = 60_000;
const BUSY_TIMEOUT_MS = 2_000;
const log = new Logger('database');

/**
 * Opens the database of `JupyterHub.db_url`, proves that it can be written, and creates what is missing of the schema.
 * A locked SQLite file is waited for, up to a minute.
 * @param onStatement is told every statement, without its values: they may be secrets
 * @throws StartupError naming the file or server and what to do.
 */
export async function openDatabase(dbUrl: string, onStatement?: (sql: string) => void): Promise<Database> {
  const location = parseDbUrl(dbUrl);
  return connect(location, async (db) => {
    if (onStatement) db.on('query', ({ sql }: { sql: string }) => onStatement(sql));
    await requireRevision(db, describeLocation(location));
    // readers and a writer do not wait for each other; kept in the file, so that one of another revision must stay without it
    if (location.kind === 'sqlite') await db.raw('PRAGMA journal_mode=WAL');
    await createMissing(db);
  });
}

/**
 * Connects to a database whatever is in it, and proves that it can be written.
 * @param prepare what is done first; the database is closed when it fails
 * @throws StartupError naming the file or server and what to do
 */
export async function connect(location: DatabaseLocation, prepare: (db: Database) => Promise<void>): Promise<Database> {
  const db = knex(connectionOptions(location));
  try {
    await whenUnlocked(location, () => proveWritable(db, location));
    await prepare(db);
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
    connection.exec(`PRAGMA busy_timeout=${BUSY_TIMEOUT_MS}; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL;`, done);
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
