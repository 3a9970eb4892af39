import sqlite3 from 'sqlite3';
import type { Database } from './database.js';
import { type DatabaseLocation, IN_MEMORY } from './db-url.js';
import { type DatabaseKind, type Dialect, dialectOf, DIALECTS, kindOf } from './dialect.js';

/** Injection token: `@Inject(READS) reads: Reads`. */
export const READS = Symbol('READS');

const MOST_STATEMENTS = 1000;

/**
 * Reads of the busiest routes, by constant SQL with `?` for values. On a SQLite file each statement is prepared once, on a
 * connection of its own: a fifth of the cost of building the query anew, and never in line behind a writer.
 */
export interface Reads extends Pick<Dialect, 'idList' | 'nameList' | 'ascending' | 'descending'> {
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

/** @param onStatement is told every statement that does not go through `db` */
export async function openReads(db: Database, location: DatabaseLocation, onStatement?: (sql: string) => void): Promise<Reads> {
  if (location.kind === 'sqlite' && location.file !== IN_MEMORY) return PreparedReads.open(location.file, onStatement);
  return new PlainReads(db);
}

class PreparedReads implements Reads {
  readonly idList = DIALECTS.sqlite.idList;
  readonly nameList = DIALECTS.sqlite.nameList;
  readonly ascending = DIALECTS.sqlite.ascending;
  readonly descending = DIALECTS.sqlite.descending;
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

/** Servers of databases, and databases in memory, which have one connection only. */
export class PlainReads implements Reads {
  readonly idList: string;
  readonly nameList: string;
  readonly ascending: string;
  readonly descending: string;

  constructor(private readonly db: Database) {
    ({ idList: this.idList, nameList: this.nameList, ascending: this.ascending, descending: this.descending } = dialectOf(db));
  }

  async all<Row>(sql: string, ...values: unknown[]): Promise<Row[]> {
    const result: unknown = await this.db.raw(sql, values as string[]);
    return rowsOf<Row>(kindOf(this.db), result);
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

/** Each driver wraps rows in something else. */
function rowsOf<Row>(kind: DatabaseKind, result: unknown): Row[] {
  if (kind === 'postgresql') return (result as { rows: Row[] }).rows;
  return kind === 'mysql' ? (result as [Row[]])[0] : (result as Row[]);
}

const select = (columns: Readonly<Record<string, string>>, rest: string): string =>
  `SELECT ${Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')} ${rest}`;
