import { constants, mkdirSync, openSync, statSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProcessError, systemCode } from './errors.js';
import { fileName } from './file-name.js';

/** The output file of `name` in a folder; any name makes one plain file name, and two names never the same. */
export const logPath = (folder: string, name: string): string => join(folder, `${fileName(name)}.log`);

/**
 * Opens a log for appending, making it (0600) and its folder (0700) when missing.
 * @returns its descriptor, which the caller closes
 * @throws ProcessError `no-log-file`
 */
export function openLog(path: string): number {
  try {
    return openToAppend(path);
  } catch (error) {
    throw new ProcessError('no-log-file', `cannot write to ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function openToAppend(path: string): number {
  const open = () => openSync(path, constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, 0o600);
  try {
    return open();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return open();
  }
}

/** In bytes; undefined when there is no such log. */
export const logSize = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

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
