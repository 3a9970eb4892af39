import path from 'node:path';
import { StartupError } from '../errors.js';

export type DatabaseLocation = { kind: 'sqlite'; file: string } | { kind: 'postgresql'; url: string } | { kind: 'mysql'; url: string };

export const IN_MEMORY = ':memory:';

/**
 * Reads `JupyterHub.db_url` (SQLAlchemy's form): `sqlite:///relative`, `sqlite:////absolute`, `sqlite://` (in memory), a bare
 * file name, `postgresql://…`, or `mysql://…`, which is MariaDB, too; a driver (`mysql+pymysql://…`) does not matter. Relative files are
 * below the working directory.
 * @throws StartupError for any other database.
 */
export function parseDbUrl(dbUrl: string): DatabaseLocation {
  if (!dbUrl.includes('://')) return { kind: 'sqlite', file: sqliteFile(dbUrl) };
  const sqlite = /^sqlite(?:\+\w+)?:\/\/(?:\/(.*))?$/.exec(dbUrl);
  if (sqlite) return { kind: 'sqlite', file: sqliteFile(sqlite[1] ?? '') };
  if (/^postgres(ql)?(\+\w+)?:\/\//.test(dbUrl)) return { kind: 'postgresql', url: serverUrl('postgresql', dbUrl) };
  if (/^(mysql|mariadb)(\+\w+)?:\/\//.test(dbUrl)) return { kind: 'mysql', url: serverUrl('mysql', dbUrl) };
  throw new StartupError(`cannot use the database ${dbUrl.split('://')[0]}://…: because JupyterHub.db_url names neither sqlite nor postgresql nor mysql`);
}

/** Without the driver; no host, as SQLAlchemy has it where a socket is named, is this machine. */
function serverUrl(scheme: string, dbUrl: string): string {
  const url = dbUrl.replace(/^\w+(\+\w+)?:/, `${scheme}:`).replace(/^(\w+:\/\/([^/]*@)?)\//, '$1localhost/');
  if (!URL.canParse(url)) throw new StartupError('cannot use the database: because JupyterHub.db_url is no URL; characters such as @ and / in a password are written as %40 and %2F');
  return url;
}

const sqliteFile = (name: string) => (name === '' || name === IN_MEMORY ? IN_MEMORY : path.resolve(name.split('?')[0]!));

/** How log lines and errors name the database: the file, or the server without user and password. */
export const describeLocation = (location: DatabaseLocation): string => `the database ${nameOfLocation(location)}`;

/** The same without words around it. */
export function nameOfLocation(location: DatabaseLocation): string {
  if (location.kind === 'sqlite') return location.file === IN_MEMORY ? 'in memory' : location.file;
  const { host, pathname } = new URL(location.url);
  return `${location.kind}://${host}${pathname}`;
}
