import { userInfo } from 'node:os';
import type { LoadedConfig } from '../config/load-config.js';
import { StartupError } from '../errors.js';
import { TokenStore } from '../identity/token-store.js';
import { Population } from '../lifecycle/population.js';
import { UsersRepository } from '../users/users.repository.js';
import { withHubContext } from './hub-context.js';

/**
 * Prints a new token on stdout; a running hub accepts it at once.
 * @param name whose token; default: the account that runs the command
 * @throws StartupError for a user that does not exist
 */
export async function runToken({ config }: LoadedConfig, name = userInfo().username): Promise<void> {
  await withHubContext(config, async (context) => {
    await context.get(Population).loadUsers();
    const user = await context.get(UsersRepository).byName(name);
    if (!user) {
      throw new StartupError(
        `cannot make a token for ${name}: because there is no such user; users come to be when they first log in, by the API, or by admin_users and allowed_users in the config`,
      );
    }
    const { token } = await context.get(TokenStore).mint({ owner: { kind: 'user', id: user.id }, note: 'command-line generated', scopes: ['inherit'] });
    process.stdout.write(`${token}\n`);
  });
}
