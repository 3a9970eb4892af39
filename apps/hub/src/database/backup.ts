import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ExecaError, execa } from 'execa';
import { StartupError } from '../errors.js';
import { connect } from './connection.js';
import { candidates, copySqlite, createCopy } from './copy.js';
import { type DatabaseLocation, nameOfLocation } from './db-url.js';
import { mysqlConnection } from './mysql-url.js';

const DUMP_HOURS = 12;

type ServerLocation = Exclude<DatabaseLocation, { kind: 'sqlite' }>;

/** A program that copies a database, with what it must not be told on its command line. */
interface Dump {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/**
 * Copies a database as it is at one moment, also while a hub works on it.
 * @param to file that must not be there yet; default: named after the database, the day and the second
 * @returns the name of the copy, which only its owner can read
 * @throws StartupError when it cannot be made
 */
export async function backupDatabase(location: DatabaseLocation, to?: string): Promise<string> {
  const given = to === undefined ? undefined : path.resolve(to);
  if (location.kind !== 'sqlite') return dump(location, given);
  let copy = '';
  const db = await connect(location, async (opened) => void (copy = await copySqlite(opened, location.file, given)));
  await db.destroy();
  return copy;
}

async function dump(location: ServerLocation, to?: string): Promise<string> {
  const name = `${path.basename(new URL(location.url).pathname)}.${location.kind === 'mysql' ? 'sql' : 'dump'}`;
  const copy = await createCopy(to === undefined ? candidates(path.resolve(name), new Date()) : [to]);
  const tried = location.kind === 'mysql' ? ['mariadb-dump', 'mysqldump'].map((command) => mysqlDump(command, location.url, copy)) : [postgresDump(location.url, copy)];
  try {
    await runFirst(tried, nameOfLocation(location));
    return copy;
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
}

/** Runs the first of several programs that is installed. */
async function runFirst(dumps: readonly Dump[], name: string): Promise<void> {
  for (const { command, args, env } of dumps) {
    try {
      await execa(command, args, { env, stdin: 'ignore', stdout: 'ignore', timeout: DUMP_HOURS * 3_600_000 });
      return;
    } catch (error) {
      if (!(error instanceof ExecaError)) throw error;
      if (error.code === 'ENOENT') continue;
      throw new StartupError(`cannot copy ${name}: because ${command} says: ${String(error.stderr).trim() || error.shortMessage}`, { cause: error });
    }
  }
  throw new StartupError(`cannot copy ${name}: because ${dumps.map(({ command }) => command).join(' or ')} is not installed`);
}

function postgresDump(url: string, file: string): Dump {
  const place = new URL(url);
  const password = decodeURIComponent(place.password);
  place.password = '';
  const args = ['--format=custom', '--no-password', `--file=${file}`, `--dbname=${place.href}`];
  return { command: 'pg_dump', args, env: password ? { PGPASSWORD: password } : {} };
}

function mysqlDump(command: string, url: string, file: string): Dump {
  const { host, port, socketPath, user, password, database } = mysqlConnection(url);
  const where = socketPath ? [`--socket=${socketPath}`] : [`--host=${host}`, `--port=${port}`, '--protocol=tcp'];
  const args = ['--single-transaction', '--no-tablespaces', ...where, `--user=${user}`, `--result-file=${file}`, database];
  return { command, args, env: { MYSQL_PWD: password } };
}
