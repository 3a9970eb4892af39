import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProcessError, systemCode } from './errors.js';
import { fileName } from './file-name.js';

/** The output file of `name` in a folder; any name makes one plain file name, and two names never the same. */
export const logPath = (folder: string, name: string): string => join(folder, `${fileName(name)}.log`);

/**
 * Opens a log for appending, making it (0600) and its folder (0700) when missing.
 * @throws ProcessError `no-log-file`
 */
export async function openLog(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await open(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o600);
  } catch (error) {
    throw new ProcessError('no-log-file', `cannot write to ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Deletes a log with all that was put aside of it; one that is not there is fine. */
export async function removeLog(path: string): Promise<void> {
  for (const suffix of await piecesOf(path)) await rm(path + suffix, { force: true });
}

/** Gives a log, with all that was put aside of it, another name; what is there already goes. */
export async function moveLog(from: string, to: string): Promise<void> {
  await removeLog(to);
  for (const suffix of await piecesOf(from)) await rename(from + suffix, to + suffix);
}

/** What follows the path in the names of its pieces: '', '.1' … */
async function piecesOf(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const name = basename(path);
  return names.filter((one) => one.startsWith(name)).map((one) => one.slice(name.length)).filter((suffix) => /^(\.\d+)?$/.test(suffix));
}
