import type { Command } from 'commander';
import type { LoadedConfig } from '../../config/load-config.js';

/** What the commands need from the program around them. */
export interface CommandContext {
  load(): Promise<LoadedConfig>;
  /** Is told the exit status. */
  done(status: number): void;
}

const COPY = `
A SQLite file is copied first, to NAME.YYYY-MM-DD-HHMMSS. Have a copy of any other database before you begin: elara db backup.
The hub has to be stopped; servers may go on running. An upgrade that was interrupted is carried on when it is run again.`;

/** `elara upgrade-db`. What the commands need is loaded when they run. */
export function addDatabase(program: Command, { load, done }: CommandContext): void {
  const upgrade = program.command('upgrade-db').description("bring the database of an earlier JupyterHub up to date").addHelpText('after', COPY);
  upgrade.option('--dry-run', 'only say what would be done').action(async (options: { dryRun?: boolean }) => {
    const [loaded, { upgradeDb }] = await Promise.all([load(), import('./upgrade-db.js')]);
    done(await upgradeDb(loaded, options));
  });
}
