import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ProcessError, systemCode } from './errors.js';

export interface LogLimits {
  /** A file that has grown to this size is rotated. */
  maxBytes: number;
  /** How many older pieces are kept, as `FILE.1` (the newest) to `FILE.N`. */
  keep: number;
}

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

/**
 * Moves what a log holds to `FILE.1` once it is large enough; returns whether it did.
 * The writer keeps its file open, so the file is emptied and not renamed: opened with O_APPEND, it goes on at the new end. All of it is
 * one synchronous stretch, to leave the writer no more than an instant for lines that would be lost.
 */
export function rotateLog(path: string, { maxBytes, keep }: LogLimits): boolean {
  if (sizeOf(path) < maxBytes) return false;
  rmSync(`${path}.${Math.max(keep, 1)}`, { force: true });
  for (let n = keep - 1; n >= 1; n -= 1) renameIfThere(`${path}.${n}`, `${path}.${n + 1}`);
  empty(path, keep > 0 ? `${path}.1` : undefined, maxBytes);
  return true;
}

/** Empties a file; its last `maxBytes` go to `copy`, if given, so that a writer faster than the rotation cannot fill the disk. */
function empty(path: string, copy: string | undefined, maxBytes: number): void {
  const from = openSync(path, 'r+');
  const to = copy === undefined ? undefined : openSync(copy, 'w', 0o600);
  try {
    if (to !== undefined) copyBytes(from, to, Math.max(0, fstatSync(from).size - maxBytes));
    ftruncateSync(from, 0);
  } finally {
    closeSync(from);
    if (to !== undefined) closeSync(to);
  }
}

function copyBytes(from: number, to: number, start: number): void {
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (let position = start, read; (read = readSync(from, buffer, 0, buffer.length, position)) > 0; position += read) {
    for (let done = 0; done < read; ) done += writeSync(to, buffer, done, read - done);
  }
}

/** The last lines of a log, oldest first; reads at most `maxBytes` from its end. A log that is not there has none. */
export async function tailLog(path: string, lines: number, maxBytes = 64 * 1024): Promise<string[]> {
  const { text, cut } = await readEnd(path, maxBytes);
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  // the first line of a cut text is a fragment; unless it is all there is
  if (cut && all.length > 1) all.shift();
  return lines > 0 ? all.slice(-lines) : [];
}

async function readEnd(path: string, maxBytes: number): Promise<{ text: string; cut: boolean }> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { text: '', cut: false };
    throw error;
  }
  try {
    const start = Math.max(0, (await file.stat()).size - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, start);
    return { text: buffer.toString('utf8', 0, bytesRead), cut: start > 0 };
  } finally {
    await file.close();
  }
}

/** -1 for a file that is not there. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? -1;

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
