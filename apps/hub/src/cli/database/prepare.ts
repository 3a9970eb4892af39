import { Logger } from '@nestjs/common';
import type { HubConfig } from '../../config/schema.js';
import { hubUrls } from '../../config/urls.js';
import { nameOfLocation, parseDbUrl } from '../../database/db-url.js';
import { resetDatabase } from '../../database/reset.js';
import { upgradeDatabase, type UpgradeWatcher } from '../../database/upgrade/upgrade.js';
import { requirePort } from '../../lifecycle/listen.js';

const log = new Logger('database');

const IN_THE_LOG: UpgradeWatcher = {
  planned: ({ from, steps }) => {
    if (from && steps.length > 0) log.log(`The schema is that of JupyterHub ${from.since} (${from.id}): ${steps.length} steps to that of JupyterHub 6.0`);
  },
  copied: (file) => log.log(`Copied to ${file}`),
  done: ({ id, since, what }, seconds) => log.log(`${id} (JupyterHub ${since}: ${what}) done in ${seconds.toFixed(2)} s`),
};

/**
 * What `JupyterHub.reset_db` and `JupyterHub.upgrade_db` ask for before the database is used.
 * @throws StartupError when it cannot be done, or another hub serves with this config
 */
export async function prepareDatabase(config: HubConfig): Promise<void> {
  const { db_url: dbUrl, reset_db: isReset, upgrade_db: isUpgraded } = config.JupyterHub;
  if (!isReset && !isUpgraded) return;
  await requirePort(hubUrls(config));
  if (isReset) {
    const copy = await resetDatabase(dbUrl);
    log.warn(`JupyterHub.reset_db: all that was in ${nameOfLocation(parseDbUrl(dbUrl))} is gone${copy ? `; a copy is in ${copy}` : ''}`);
  } else await upgradeDatabase(dbUrl, IN_THE_LOG);
}
