import type { Database as Connection, Statement as Prepared } from 'sqlite3';
import { messageOf } from '../errors.js';
import type { Database } from './database.js';
import { kindOf } from './dialect.js';

/** Constant SQL with `?` for values, and the values. */
export type Statement = readonly [sql: string, ...values: unknown[]];

/** Writes of the busiest paths: starts and stops of servers. */
export interface Writes {
  /** SQL for the id of the row that the statement before has inserted. */
  readonly lastId: string;
  /**
   * Does all of it, in this order, or nothing.
   * @returns how many rows each statement has changed
   */
  run(...statements: readonly Statement[]): Promise<number[]>;
}

const known = new WeakMap<Database, Writes>();

/** The writes of a database, the same for all who ask: they share transactions. */
export function writesTo(db: Database): Writes {
  const writes = known.get(db) ?? (kindOf(db) === 'sqlite' ? new GroupedWrites(db) : new PlainWrites(db));
  known.set(db, writes);
  return writes;
}

/** Who shares the fault of a failure with nobody else in its transaction. */
const OWN_FAULT = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE|ERROR)/;
/** Others wait for the connection meanwhile. */
const MOST_TOGETHER = 200;

interface Unit {
  statements: readonly Statement[];
  resolve(changed: number[]): void;
  reject(error: unknown): void;
}

/**
 * SQLite: what is asked for while a transaction runs, or in one turn of the event loop, is one transaction together. Sixty servers that
 * start at once then write to the file as often as one. Statements are prepared once.
 */
class GroupedWrites implements Writes {
  readonly lastId = 'last_insert_rowid()';
  readonly #prepared = new Map<string, Prepared>();
  #connection?: Connection;
  #waiting: Unit[] = [];
  #isWorking = false;

  constructor(private readonly db: Database) {
    // a connection does not close while there are statements of it
    db.client.pool.on('destroyRequest', () => this.#forget());
  }

  run(...statements: readonly Statement[]): Promise<number[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ statements, resolve, reject });
      if (this.#isWorking) return;
      this.#isWorking = true;
      setImmediate(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const units = this.#waiting.splice(0, MOST_TOGETHER);
      await this.#write(units).catch((error: unknown) => units.forEach(({ reject }) => reject(error)));
    }
    this.#isWorking = false;
  }

  async #write(units: readonly Unit[]): Promise<void> {
    const connection = (await this.db.client.acquireConnection()) as Connection;
    try {
      if (connection !== this.#connection) this.#forget();
      this.#connection = connection;
      await this.#together(units);
    } finally {
      await this.db.client.releaseConnection(connection);
    }
  }

  /** Those of whom one fails by its own fault are done one by one. */
  async #together(units: readonly Unit[]): Promise<void> {
    try {
      const changed = await this.#transaction(units.flatMap(({ statements }) => statements));
      for (const { statements, resolve } of units) resolve(changed.splice(0, statements.length));
    } catch (error) {
      if (units.length === 1 || !OWN_FAULT.test((error as { code?: string }).code ?? '')) throw error;
      for (const unit of units) await this.#together([unit]).catch(unit.reject);
    }
  }

  async #transaction(statements: readonly Statement[]): Promise<number[]> {
    if (statements.length === 1) return [await this.#execute(statements[0]!)];
    await this.#execute(['BEGIN IMMEDIATE']);
    try {
      const changed: number[] = [];
      for (const statement of statements) changed.push(await this.#execute(statement));
      await this.#execute(['COMMIT']);
      return changed;
    } catch (error) {
      await this.#rollback(error);
      throw error;
    }
  }

  /** Some failures end the transaction by themselves. */
  async #rollback(cause: unknown): Promise<void> {
    await this.#execute(['ROLLBACK']).catch((error: unknown) => {
      if (!/no transaction is active/.test(messageOf(error))) throw new Error(`cannot roll back: ${messageOf(error)}`, { cause });
    });
  }

  #execute([sql, ...values]: Statement): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#statement(sql, reject).run(values, function (this: { changes: number }, error: Error | null) {
        if (error) reject(error);
        else resolve(this.changes);
      });
    });
  }

  #statement(sql: string, reject: (error: Error) => void): Prepared {
    const prepared =
      this.#prepared.get(sql) ??
      this.#connection!.prepare(sql, (error: Error | null) => {
        if (!error) return;
        this.#prepared.delete(sql);
        reject(error);
      });
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #forget(): void {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
  }
}

/** Servers of databases, where many connections write at the same time. */
class PlainWrites implements Writes {
  readonly lastId: string;

  constructor(private readonly db: Database) {
    this.lastId = kindOf(db) === 'mysql' ? 'LAST_INSERT_ID()' : 'lastval()';
  }

  async run(...statements: readonly Statement[]): Promise<number[]> {
    if (statements.length === 1) return [await execute(this.db, statements[0]!)];
    return this.db.transaction(async (trx) => {
      const changed: number[] = [];
      for (const statement of statements) changed.push(await execute(trx, statement));
      return changed;
    });
  }
}

async function execute(db: Database, [sql, ...values]: Statement): Promise<number> {
  const result: unknown = await db.raw(sql, values as string[]);
  return kindOf(db) === 'mysql' ? (result as [{ affectedRows: number }])[0].affectedRows : (result as { rowCount: number }).rowCount;
}
