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
  /** For `x IN …` with numbers: takes one value, the JSON text of the list. One statement serves lists of any length. */
  readonly idList: string;
  /** The same with texts; the value comes from `toNameList`. */
  readonly nameList: string;
  /** All rows. */
  all<Row>(sql: string, ...values: unknown[]): Promise<Row[]>;
  /**
   * As `all`, for results of many rows: SQLite hands them over as one text, which costs a third of making each value apart.
   * @param columns SQL of each column by its name in the row; numbers, texts and booleans only
   * @param rest of the statement, from FROM on
   */
  table<Row>(columns: Readonly<Record<keyof Row, string>>, rest: string, ...values: unknown[]): Promise<Row[]>;
  /** The first row, if there is any. */
  first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined>;
  close(): Promise<void>;
}

const SQLITE_LIST = '(SELECT value FROM json_each(?))';
const POSTGRES_NAMES = '(SELECT value FROM json_array_elements_text(CAST(? AS json)))';
const POSTGRES_IDS = '(SELECT CAST(value AS INTEGER) FROM json_array_elements_text(CAST(? AS json)))';

/** @param onStatement is told every statement that does not go through `db` */
export async function openReads(db: Database, location: DatabaseLocation, onStatement?: (sql: string) => void): Promise<Reads> {
  if (location.kind === 'sqlite' && location.file !== IN_MEMORY) return PreparedReads.open(location.file, onStatement);
  return new PlainReads(db);
}

class PreparedReads implements Reads {
  readonly idList = SQLITE_LIST;
  readonly nameList = SQLITE_LIST;
  readonly #statements = new Map<string, sqlite3.Statement>();

  private constructor(
    private readonly connection: sqlite3.Database,
    private readonly onStatement?: (sql: string) => void,
  ) {}

  static open(file: string, onStatement?: (sql: string) => void): Promise<PreparedReads> {
    return new Promise((resolve, reject) => {
      const connection = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) => {
        if (error) return reject(error);
        connection.configure('busyTimeout', 2000);
        resolve(new PreparedReads(connection, onStatement));
      });
    });
  }

  all<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    this.onStatement?.(sql);
    return new Promise((resolve, reject) => {
      this.#prepared(sql, reject).all(values, (error: Error | null, rows: Row[]) => (error ? reject(error) : resolve(rows)));
    });
  }

  async table<Row>(columns: Readonly<Record<keyof Row, string>>, rest: string, ...values: unknown[]): Promise<Row[]> {
    const pairs = Object.keys(columns).map((name) => `'${name}', ${name}`);
    const sql = `SELECT json_group_array(json_object(${pairs.join(', ')})) AS text FROM (${select(columns, rest)})`;
    const [found] = await this.all<{ text: string }>(sql, ...values);
    return JSON.parse(found!.text) as Row[];
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
  readonly idList: string;
  readonly nameList: string;

  constructor(private readonly db: Database) {
    const postgres = db.client.config.client === 'pg';
    this.idList = postgres ? POSTGRES_IDS : SQLITE_LIST;
    this.nameList = postgres ? POSTGRES_NAMES : SQLITE_LIST;
  }

  async all<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    const result = (await this.db.raw(sql, values as string[])) as Row[] | { rows: Row[] };
    return Array.isArray(result) ? result : result.rows;
  }

  async table<Row>(columns: Readonly<Record<keyof Row, string>>, rest: string, ...values: unknown[]): Promise<Row[]> {
    return this.all<Row>(select(columns, rest), ...values);
  }

  async first<Row>(sql: string, ...values: unknown[]): Promise<Row | undefined> {
    return (await this.all<Row>(sql, ...values))[0];
  }

  async close(): Promise<void> {
    // the connection is not ours
  }
}

const select = (columns: Readonly<Record<string, string>>, rest: string): string =>
  `SELECT ${Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')} ${rest}`;
