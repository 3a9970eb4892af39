import { connect } from './connection.js';
import { copySqlite } from './copy.js';
import { IN_MEMORY, parseDbUrl } from './db-url.js';
import { existingTables } from './ensure-schema.js';
import { TABLES } from './schema.js';
import { ROLE_MAPS_OF_2 } from './upgrade/roles-to-scopes.js';

/**
 * Drops every table of the hub, of whatever revision (`JupyterHub.reset_db`); tables of others stay. A SQLite file is copied first.
 * @returns the copy, if there was something to copy
 * @throws StartupError when the database cannot be opened, or not be copied
 */
export async function resetDatabase(dbUrl: string): Promise<string | undefined> {
  const location = parseDbUrl(dbUrl);
  let copy: string | undefined;
  const db = await connect(location, async (opened) => {
    const present = await existingTables(opened);
    const ours = [...Object.keys(TABLES), ...ROLE_MAPS_OF_2, 'alembic_version'].filter((table) => present.has(table)).reverse();
    if (ours.length === 0) return;
    if (location.kind === 'sqlite' && location.file !== IN_MEMORY) copy = await copySqlite(opened, location.file);
    await opened.transaction(async (trx) => {
      for (const table of ours) await trx.schema.dropTable(table);
    });
  });
  await db.destroy();
  return copy;
}
