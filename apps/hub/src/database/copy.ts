import { open, rm, stat } from 'node:fs/promises';
import { messageOf, StartupError } from '../errors.js';
import type { Database } from './database.js';

const MOST_COPIES_A_SECOND = 10;

/**
 * Copies a SQLite database, also one that is in use, as it is at one moment. The copy is as private as the file itself.
 * @param db the database, open
 * @param to file that must not be there yet; default: `FILE.YYYY-MM-DD-HHMMSS`, as JupyterHub calls it, by local time
 * @returns the name of the copy
 * @throws StartupError when there is such a file, or no room for it
 */
export async function copySqlite(db: Database, file: string, to?: string): Promise<string> {
  const copy = await createCopy(to === undefined ? candidates(file, new Date()) : [to]);
  try {
    await takeOver(file, copy);
    await db.raw('VACUUM INTO ?', [copy]);
    await sync(copy);
    return copy;
  } catch (error) {
    await rm(copy, { force: true });
    throw new StartupError(`cannot copy ${file} to ${copy}: because ${messageOf(error)}`, { cause: error });
  }
}

/** Names of copies that are made at this moment, best first. */
export function candidates(file: string, now: Date): string[] {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const first = `${file}.${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return [first, ...Array.from({ length: MOST_COPIES_A_SECOND - 1 }, (_, index) => `${first}.${index + 1}`)];
}

/** An empty file that only we can read, by the first of these names that is free: what is written into it is nobody else's at any moment. */
export async function createCopy(names: readonly string[]): Promise<string> {
  let failure: unknown;
  for (const name of names) {
    try {
      await (await open(name, 'wx', 0o600)).close();
      return name;
    } catch (error) {
      failure = error;
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') break;
    }
  }
  throw new StartupError(`cannot make the copy ${names[0]}: because ${messageOf(failure)}`, { cause: failure });
}

/** Owner and permissions of the original, for a copy that may have to take its place. */
async function takeOver(original: string, copy: string): Promise<void> {
  const { mode, uid, gid } = await stat(original);
  const handle = await open(copy, 'r+');
  try {
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o777);
  } finally {
    await handle.close();
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
