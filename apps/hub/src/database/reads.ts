import sqlite3 from 'sqlite3';
import type { Database } from './database.js';
import { type DatabaseLocation, IN_MEMORY } from './db-url.js';

/** Injection token: `@Inject(READS) reads: Reads`. */
export const READS = Symbol('READS');

const MOST_STATEMENTS = 1000;

/**
 * Reads of the busiest routes, by constant SQL with `?` for values. On a SQLite file each statement is prepared once, on a
 * connection of its own: a fifth of the cost of building the query anew, and never in line behind a writer.
 */
export interface Reads {
  /** All rows. */
  all<Row>(sql: string, ...values: unknown[]): Promise<Row[]>;
  /** The first row, if there is any. */
  first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined>;
  close(): Promise<void>;
}

export async function openReads(db: Database, location: DatabaseLocation): Promise<Reads> {
  if (location.kind === 'sqlite' && location.file !== IN_MEMORY) return PreparedReads.open(location.file);
  return new PlainReads(db);
}

class PreparedReads implements Reads {
  readonly #statements = new Map<string, sqlite3.Statement>();

  private constructor(private readonly connection: sqlite3.Database) {}

  static open(file: string): Promise<PreparedReads> {
    return new Promise((resolve, reject) => {
      const connection = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) => {
        if (error) return reject(error);
        connection.configure('busyTimeout', 2000);
        resolve(new PreparedReads(connection));
      });
    });
  }

  all<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.#prepared(sql, reject).all(values, (error: Error | null, rows: Row[]) => (error ? reject(error) : resolve(rows)));
    });
  }

  async first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0];
  }

  async close(): Promise<void> {
    for (const statement of this.#statements.values()) statement.finalize();
    await new Promise<void>((resolve, reject) => this.connection.close((error) => (error ? reject(error) : resolve())));
  }

  #prepared(sql: string, reject: (error: Error) => void): sqlite3.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MOST_STATEMENTS) throw new Error(`cannot prepare "${sql}": because SQL for reads must be constant, and this is one text too many`);
    const statement = this.connection.prepare(sql, (error: Error | null) => {
      if (!error) return;
      this.#statements.delete(sql);
      reject(error);
    });
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** PostgreSQL, and databases in memory, which have one connection only. */
export class PlainReads implements Reads {
  constructor(private readonly db: Database) {}

  async all<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    const result = (await this.db.raw(sql, values as string[])) as Row[] | { rows: Row[] };
    return Array.isArray(result) ? result : result.rows;
  }

  async first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0];
  }

  async close(): Promise<void> {
    // the connection is not ours
  }
}

/**
 * A list for `IN (…)`: as many `?` as the next power of two, the last value repeated, so that lists of all lengths share a
 * handful of statements.
 */
export function listOf<T>(values: readonly [T, ...T[]] | readonly T[]): { marks: string; values: T[] } {
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, values.length)));
  const padded = Array.from({ length }, (_, index) => values[Math.min(index, values.length - 1)]!);
  return { marks: `(${Array.from({ length }, () => '?').join(', ')})`, values: padded };
}
