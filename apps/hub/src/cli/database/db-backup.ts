import type { LoadedConfig } from '../../config/load-config.js';
import { backupDatabase } from '../../database/backup.js';
import { requireExisting } from './existing.js';

/**
 * `elara db backup`: copies the database, also of a hub that runs.
 * @param file default: named after the database, the day and the second
 * @returns exit status: always 0
 */
export async function dbBackup({ config }: LoadedConfig, file?: string): Promise<number> {
  const copy = await backupDatabase(requireExisting(config.JupyterHub.db_url, 'copy the database'), file);
  process.stdout.write(`${copy}\n`);
  return 0;
}
