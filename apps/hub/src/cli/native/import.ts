import type { LoadedConfig } from '../../config/load-config.js';
import { UsersInfoImport } from '../../native-accounts/users-info-import.js';
import { withHubContext } from '../hub-context.js';
import { requireNative } from './set-password.js';

/**
 * Takes over the accounts of JupyterHub's nativeauthenticator, and says which, and which not and why.
 * @throws StartupError where people log in otherwise, or there is nothing to take over
 */
export async function importAccounts({ config }: LoadedConfig): Promise<void> {
  requireNative(config);
  const { imported, passedOver } = await withHubContext(config, (context) => context.get(UsersInfoImport).run());
  for (const { name, reason } of passedOver) process.stderr.write(`passed over ${JSON.stringify(name)}: ${reason}\n`);
  process.stdout.write(`${imported.length} taken over${imported.length > 0 ? `: ${imported.join(', ')}` : ''}\n`);
}
