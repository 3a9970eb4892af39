import type { Command } from 'commander';
import type { LoadedConfig } from '../../config/load-config.js';

const PASSWORD = `
The password is asked for, or read from standard input when that is no terminal: its first line. A running hub is told through its API, as
by "elara services"; without one, the database is written.`;

/** `elara native …`: accounts of the hub's own. What the commands need is loaded when they run. */
export function addNative(program: Command, load: () => Promise<LoadedConfig>): void {
  const native = program.command('native').description("accounts of the hub's own (authenticator_class native)");
  const set = native.command('set-password').description('set the password of an account, or make it: how the first admin comes in').argument('<name>');
  set.addHelpText('after', PASSWORD).action(async (name: string) => {
    const [loaded, { setPassword }] = await Promise.all([load(), import('./set-password.js')]);
    await setPassword(loaded, name);
  });
  const take = native.command('import').description("take over the accounts of JupyterHub's nativeauthenticator from its table in the same database");
  take.action(async () => {
    const [loaded, { importAccounts }] = await Promise.all([load(), import('./import.js')]);
    await importAccounts(loaded);
  });
}
