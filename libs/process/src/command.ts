import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { ProcessError, systemCode } from './errors.js';

/** Where execvp(3) looks when the environment has no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** Where a command of a PATH was found last. A folder without it costs as much as the rest of a start, and most have it in one of the last. */
const lastFound = new Map<string, string>();
const MOST_REMEMBERED = 1000;

/**
 * The file that a command name means, found as execvp(3) does; asked before the start, because the error of a failed exec does
 * not tell a missing command from a missing directory, and has no way back through a program that switches the account.
 * @param path the PATH of the environment the command gets
 * @throws ProcessError `command-not-found`, `not-executable`
 */
export async function findCommand(name: string, cwd: string, path = DEFAULT_PATH): Promise<string> {
  if (name.includes('/')) return firstProgram(name, [resolve(cwd, name)]);
  const folders = path.split(delimiter);
  const key = `${path}\0${name}`;
  const known = lastFound.get(key);
  if (known !== undefined && (await kindOf(known)) === 'program') return known;
  const file = await firstProgram(name, name ? folders.map((folder) => resolve(cwd, join(folder, name))) : []);
  if (folders.every(isAbsolute)) remember(key, file);
  return file;
}

function remember(key: string, file: string): void {
  if (lastFound.size >= MOST_REMEMBERED) lastFound.clear();
  lastFound.set(key, file);
}

async function firstProgram(name: string, candidates: readonly string[]): Promise<string> {
  let refused: string | undefined;
  for (const file of candidates) {
    const kind = await kindOf(file);
    if (kind === 'program') return file;
    if (kind === 'other') refused ??= file;
  }
  if (refused) throw new ProcessError('not-executable', `cannot run ${name}: ${refused} is not an executable file`);
  const where = name.includes('/') ? 'there is no such file' : 'it is in no folder of PATH';
  throw new ProcessError('command-not-found', `cannot run ${name || "''"}: ${where}`);
}

const EVERYBODY_RUNS = 0o111;

async function kindOf(file: string): Promise<'program' | 'other' | 'missing'> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return 'other';
    // most programs are everybody's, and need no second look
    if ((found.mode & EVERYBODY_RUNS) !== EVERYBODY_RUNS) await access(file, constants.X_OK);
    return 'program';
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(systemCode(error)!) ? 'missing' : 'other';
  }
}

/** @throws ProcessError `no-directory` */
export async function requireDirectory(cwd: string, command: string): Promise<void> {
  let because = 'it is not a folder';
  try {
    if ((await stat(cwd)).isDirectory()) return;
  } catch (error) {
    because = (error as Error).message;
  }
  throw new ProcessError('no-directory', `cannot run ${command} in ${cwd}: ${because}`);
}
