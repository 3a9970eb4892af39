import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import knex from 'knex';
import { StartupError } from '../errors.js';
import type { Database } from './database.js';
import { type DatabaseLocation, describeLocation, parseDbUrl } from './db-url.js';
import { createMissing, requireRevision } from './ensure-schema.js';
import { knexOptions } from './knex-options.js';
import { explained, isLocked } from './outages.js';

const LOCK_PATIENCE_MS = 60_000;
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
  const db = knex(knexOptions(location));
  try {
    await whenUnlocked(location, () => proveWritable(db, location));
    await prepare(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw error instanceof StartupError ? error : explained(error, location);
  }
}

/** SQLite opens a read-only or foreign file without complaint; only a write lock tells. */
async function proveWritable(db: Database, location: DatabaseLocation): Promise<void> {
  if (location.kind !== 'sqlite') await db.raw('SELECT 1');
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
