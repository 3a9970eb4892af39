import { messageOf, StartupError } from '../errors.js';
import { type DatabaseLocation, describeLocation } from './db-url.js';

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');

export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

const OUTAGES = [
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB)/,
  /^(ECONNREFUSED|ECONNRESET|EPIPE|57P0\d|08\d{3}|53\d{3})/,
  /^(PROTOCOL_CONNECTION_LOST|ER_(SERVER_SHUTDOWN|CON_COUNT_ERROR|LOCK_DEADLOCK|LOCK_WAIT_TIMEOUT|DISK_FULL|RECORD_FILE_FULL|OPTION_PREVENTS_STATEMENT))$/,
];

/** True for failures of the database itself (locked, full, gone), as opposed to a mistake in a query. */
export function isDatabaseOutage(error: unknown): boolean {
  return OUTAGES.some((codes) => codes.test(codeOf(error)));
}

/** True when PostgreSQL or MySQL cannot hold or compare a value: a NUL or no Unicode in a text, too long a text, too large a number. */
export function isUnfitValue(error: unknown): boolean {
  return /^(22(001|003|021|P05)|ER_(DATA_TOO_LONG|WARN_DATA_OUT_OF_RANGE|TRUNCATED_WRONG_VALUE(_FOR_FIELD)?))$/.test(codeOf(error));
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
  [/^(28P01|28000|ER_ACCESS_DENIED_ERROR)$/, 'user or password are wrong; correct JupyterHub.db_url'],
  [/^(3D000|ER_BAD_DB_ERROR|ER_DBACCESS_DENIED_ERROR)$/, 'the server has no such database for this user; create it, or correct JupyterHub.db_url'],
  [/^ECONNREFUSED/, 'nobody listens there; start the database server, or correct JupyterHub.db_url'],
];

/** Why a database cannot be used, and what to do, for the person who starts the hub. */
export function explained(error: unknown, location: DatabaseLocation): StartupError {
  const why = ADVICE.find(([pattern]) => pattern.test(codeOf(error)))?.[1] ?? messageOf(error);
  return new StartupError(`cannot use ${describeLocation(location)}: because ${why}`, { cause: error });
}
