import { StartupError } from '../errors.js';

/** How mysql2 is asked before Knex has the connection. */
export interface RawConnection {
  query(sql: string, done: (error: Error | null, rows: { version: string }[]) => void): void;
}

/** What each connection agrees on with its server. */
export interface MysqlSession {
  /** Texts are compared letter by letter, as the other databases do it: 'ada' is neither 'Ada' nor 'ada '. */
  collation: string;
  sqlMode: string;
}

/** Double quotes for names, and nothing cut short without a word. */
const MODES = ['ANSI_QUOTES', 'STRICT_TRANS_TABLES', 'NO_ENGINE_SUBSTITUTION'];

/**
 * How to talk with a server. Pure.
 * @param version what `SELECT VERSION()` says
 * @throws StartupError for one that lacks `JSON_TABLE` or a collation that compares exactly
 */
export function mysqlSession(version: string): MysqlSession {
  const [major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const number = (major * 1000 + minor) * 1000 + patch;
  if (/mariadb/i.test(version)) {
    if (number >= 10_006_000) return { collation: 'utf8mb4_nopad_bin', sqlMode: MODES.join(',') };
    throw tooOld(`MariaDB ${version}`, 'MariaDB 10.6');
  }
  // MySQL would round 12:00:00.6 up to a second that has not come yet
  if (number >= 8_000_017) return { collation: 'utf8mb4_0900_bin', sqlMode: [...MODES, 'TIME_TRUNCATE_FRACTIONAL'].join(',') };
  throw tooOld(`MySQL ${version}`, 'MySQL 8.0.17');
}

const tooOld = (found: string, oldest: string) => new StartupError(`cannot use this database server: because it is ${found}; ${oldest} is the oldest that will do`);

/** Prepares a new connection; `done` is told, as Knex wants it. */
export function beginMysqlSession(connection: RawConnection, done: (error: Error | null, connection: RawConnection) => void): void {
  const ask = (sql: string) =>
    new Promise<{ version: string }[]>((resolve, reject) => connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows))));
  const begin = async () => {
    const { collation, sqlMode } = mysqlSession((await ask('SELECT VERSION() AS version'))[0]!.version);
    await ask(`SET NAMES utf8mb4 COLLATE ${collation}`);
    await ask(`SET SESSION sql_mode = '${sqlMode}'`);
    await ask('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  };
  begin().then(
    () => done(null, connection),
    (error: Error) => done(error, connection),
  );
}
