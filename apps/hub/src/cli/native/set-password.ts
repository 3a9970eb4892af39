import { HubUnreachableError } from '#hub-client';
import { usesNative } from '../../authenticators/native/native.js';
import type { LoadedConfig } from '../../config/load-config.js';
import type { HubConfig } from '../../config/schema.js';
import { IN_MEMORY, parseDbUrl } from '../../database/db-url.js';
import { StartupError, UnavailableError } from '../../errors.js';
import { NativeAccountsService } from '../../native-accounts/native-accounts.service.js';
import { askHub } from '../hub-access.js';
import { withHubContext } from '../hub-context.js';
import { readNewSecret } from '../read-secret.js';

const ACTOR = { name: 'command line', admin: true };

/**
 * Sets the password of an account; makes it, approved, if there is none.
 * @throws StartupError where people log in otherwise; what is wrong with name or password
 */
export async function setPassword({ config }: LoadedConfig, name: string): Promise<void> {
  requireNative(config);
  const password = await readNewSecret(`New password of ${name}`);
  try {
    // a running hub has to forget who is logged in
    await askHub(config, ['admin:users'], (hub) => hub.accounts.setPassword(name, password));
  } catch (error) {
    if (!(error instanceof UnavailableError && error.cause instanceof HubUnreachableError)) throw error;
    await writeToDatabase(config, name, password);
  }
  process.stdout.write(`${name} can log in with the new password.\n`);
}

/** @throws StartupError where there are no accounts of the hub's own */
export function requireNative(config: HubConfig): void {
  if (!usesNative(config)) throw new StartupError('cannot look after accounts: because JupyterHub.authenticator_class is not native');
}

async function writeToDatabase(config: HubConfig, name: string, password: string): Promise<void> {
  const location = parseDbUrl(config.JupyterHub.db_url);
  if (location.kind === 'sqlite' && location.file === IN_MEMORY) throw new StartupError("cannot set a password: because the hub's database is in its memory, and no hub answers");
  await withHubContext(config, async (context) => {
    await context.get(NativeAccountsService).setPassword(name, password, ACTOR);
  });
}
