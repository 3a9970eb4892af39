import type { Database } from './database.js';

/** `mysql` is MariaDB, too. */
export type DatabaseKind = 'sqlite' | 'postgresql' | 'mysql';

const KINDS: Readonly<Record<string, DatabaseKind>> = { sqlite3: 'sqlite', pg: 'postgresql', mysql2: 'mysql' };

/** Which database this is, for statements that each of them wants in words of its own. */
export const kindOf = (db: Database): DatabaseKind => KINDS[db.client.config.client as string]!;

/** What differs in statements that are otherwise the same. Names that are words of SQL stand in double quotes: "groups". */
export interface Dialect {
  /** A number that is a value of the statement. */
  readonly integer: string;
  /** A time that is a value of the statement. */
  readonly time: string;
  /** For `x IN …` with numbers: takes one value, the JSON text of the list. One statement serves lists of any length. */
  readonly idList: string;
  /** The same with texts; the value comes from `toNameList`. */
  readonly nameList: string;
  /** Behind a column of ORDER BY: what is not there comes first. */
  readonly ascending: string;
  /** Behind a column of ORDER BY: what is not there comes last. */
  readonly descending: string;
}

const SQLITE_LIST = '(SELECT value FROM json_each(?))';
const mysqlList = (type: string) => `(SELECT value FROM JSON_TABLE(?, '$[*]' COLUMNS (value ${type} PATH '$')) AS list)`;

export const DIALECTS: Readonly<Record<DatabaseKind, Dialect>> = {
  sqlite: {
    integer: 'CAST(? AS INTEGER)',
    time: 'CAST(? AS TEXT)',
    idList: SQLITE_LIST,
    nameList: SQLITE_LIST,
    ascending: 'ASC NULLS FIRST',
    descending: 'DESC NULLS LAST',
  },
  postgresql: {
    integer: 'CAST(? AS INTEGER)',
    time: 'CAST(? AS TIMESTAMP)',
    idList: '(SELECT CAST(value AS INTEGER) FROM json_array_elements_text(CAST(? AS json)))',
    nameList: '(SELECT value FROM json_array_elements_text(CAST(? AS json)))',
    ascending: 'ASC NULLS FIRST',
    descending: 'DESC NULLS LAST',
  },
  mysql: {
    integer: 'CAST(? AS SIGNED)',
    time: 'CAST(? AS DATETIME(6))',
    idList: mysqlList('INTEGER'),
    // of several collations of one character set, the one that compares exactly counts: that of the tables
    nameList: mysqlList('VARCHAR(255) CHARACTER SET utf8mb4'),
    // it has no other words for it, and no other order
    ascending: 'ASC',
    descending: 'DESC',
  },
};

/** What a SELECT of mere values has for a table: MySQL knows no condition without one. */
export const ONE_ROW = '(SELECT 1 AS one) AS one_row';

export const dialectOf = (db: Database): Dialect => DIALECTS[kindOf(db)];
