import path from 'node:path';
import { StartupError } from '../errors.js';

export type DatabaseLocation = { kind: 'sqlite'; file: string } | { kind: 'postgresql'; url: string };

export const IN_MEMORY = ':memory:';

/**
 * Reads `JupyterHub.db_url` (SQLAlchemy's form): `sqlite:///relative`, `sqlite:////absolute`, `sqlite://` (in memory), a bare
 * file name, or `postgresql://…`. Relative files are below the working directory.
 * @throws StartupError for any other database.
 */
export function parseDbUrl(dbUrl: string): DatabaseLocation {
  if (!dbUrl.includes('://')) return { kind: 'sqlite', file: sqliteFile(dbUrl) };
  const sqlite = /^sqlite(?:\+\w+)?:\/\/(?:\/(.*))?$/.exec(dbUrl);
  if (sqlite) return { kind: 'sqlite', file: sqliteFile(sqlite[1] ?? '') };
  if (/^postgres(ql)?(\+\w+)?:\/\//.test(dbUrl)) return { kind: 'postgresql', url: dbUrl.replace(/^postgres\w*(\+\w+)?:/, 'postgresql:') };
  throw new StartupError(
    `cannot use the database ${dbUrl.split('://')[0]}://…: because JupyterHub.db_url names neither sqlite nor postgresql`,
  );
}

const sqliteFile = (name: string) => (name === '' || name === IN_MEMORY ? IN_MEMORY : path.resolve(name.split('?')[0]!));

/** How log lines and errors name the database: the file, or the server without user and password. */
export const describeLocation = (location: DatabaseLocation): string => `the database ${nameOfLocation(location)}`;

/** The same without words around it. */
export function nameOfLocation(location: DatabaseLocation): string {
  if (location.kind === 'sqlite') return location.file === IN_MEMORY ? 'in memory' : location.file;
  const { host, pathname } = new URL(location.url);
  return `postgresql://${host}${pathname}`;
}
