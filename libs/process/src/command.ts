import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { ProcessError, systemCode } from './errors.js';

/** Where execvp(3) looks when the environment has no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * The file that a command name means, found as execvp(3) does; asked before the start, because the error of a failed exec does
 * not tell a missing command from a missing directory, and has no way back through a program that switches the account.
 * @param path the PATH of the environment the command gets
 * @throws ProcessError `command-not-found`, `not-executable`
 */
export async function findCommand(name: string, cwd: string, path = DEFAULT_PATH): Promise<string> {
  const candidates = name.includes('/') ? [resolve(cwd, name)] : path.split(delimiter).map((folder) => resolve(cwd, join(folder, name)));
  let refused: string | undefined;
  for (const file of name ? candidates : []) {
    const kind = await kindOf(file);
    if (kind === 'program') return file;
    if (kind === 'other') refused ??= file;
  }
  if (refused) throw new ProcessError('not-executable', `cannot run ${name}: ${refused} is not an executable file`);
  const where = name.includes('/') ? 'there is no such file' : 'it is in no folder of PATH';
  throw new ProcessError('command-not-found', `cannot run ${name || "''"}: ${where}`);
}

async function kindOf(file: string): Promise<'program' | 'other' | 'missing'> {
  try {
    if (!(await stat(file)).isFile()) return 'other';
    await access(file, constants.X_OK);
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
