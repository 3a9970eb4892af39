import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProcessError } from './errors.js';

/** Longer file names are refused by most file systems (255 bytes, and rotation adds to them). */
const MAX_NAME = 200;

/** The output file of `name` in a folder; any name makes one plain file name, and two names never the same. */
export function logPath(folder: string, name: string): string {
  // through a Buffer: half a surrogate pair, which encodeURIComponent refuses, becomes U+FFFD
  const safe = encodeURIComponent(Buffer.from(name).toString()).replace(/^\./, '%2E');
  if (safe.length <= MAX_NAME) return join(folder, `${safe}.log`);
  // `%-` cannot come out of the encoding, so a cut name is never the same as a whole one
  return join(folder, `${safe.slice(0, MAX_NAME - 40)}%-${createHash('sha256').update(name).digest('hex').slice(0, 32)}.log`);
}

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
