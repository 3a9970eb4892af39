import { existsSync } from 'node:fs';
import { type DatabaseLocation, describeLocation, IN_MEMORY, parseDbUrl } from '../../database/db-url.js';
import { StartupError } from '../../errors.js';

/**
 * Sees that there is a database: to open a file that is not there would make it.
 * @param what is to be done, for the message
 * @throws StartupError when there is none
 */
export function requireExisting(dbUrl: string, what: string): DatabaseLocation {
  const location = parseDbUrl(dbUrl);
  if (location.kind !== 'sqlite') return location;
  if (location.file === IN_MEMORY) throw new StartupError(`cannot ${what}: because it is in the memory of the hub`);
  if (existsSync(location.file)) return location;
  throw new StartupError(`cannot ${what}: because there is no ${describeLocation(location).replace('the ', '')}; run this in the hub's working directory, or correct JupyterHub.db_url`);
}
