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

const CHECK = `
Rows lead nowhere when what they belong to has gone without them: a server without its user, an OAuth client without its service. --fix
deletes or empties them, after a copy of a SQLite file; the hub has to be stopped for that. The exit status is 1 while there are some.`;

const BACKUP = `
The hub may go on running. A SQLite file is copied as it is at that moment, to NAME.YYYY-MM-DD-HHMMSS unless you name another file. Of
PostgreSQL pg_dump makes the copy, in its own format, of MySQL and MariaDB mariadb-dump or mysqldump; have these programs installed.`;

/** `elara upgrade-db` and `elara db …`. What the commands need is loaded when they run. */
export function addDatabase(program: Command, { load, done }: CommandContext): void {
  const upgrade = program.command('upgrade-db').description('bring the database of an earlier JupyterHub up to date').addHelpText('after', COPY);
  upgrade.option('--dry-run', 'only say what would be done').action(async (options: { dryRun?: boolean }) => {
    const [loaded, { upgradeDb }] = await Promise.all([load(), import('./upgrade-db.js')]);
    done(await upgradeDb(loaded, options));
  });
  const db = program.command('db').description('look after the database');
  const check = db.command('check').description('find rows that lead nowhere').option('--fix', 'mend what was found').option('--json', 'as JSON');
  check.addHelpText('after', CHECK).action(async (options: { fix?: boolean; json?: boolean }) => {
    const [loaded, { dbCheck }] = await Promise.all([load(), import('./db-check.js')]);
    done(await dbCheck(loaded, options));
  });
  const backup = db.command('backup').description('copy the database').argument('[file]', 'must not be there yet');
  backup.addHelpText('after', BACKUP).action(async (file: string | undefined) => {
    const [loaded, { dbBackup }] = await Promise.all([load(), import('./db-backup.js')]);
    done(await dbBackup(loaded, file));
  });
}
