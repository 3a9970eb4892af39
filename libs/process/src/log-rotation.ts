import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemCode } from './errors.js';
import { logSize } from './log-file.js';

export interface LogLimits {
  /** A file that has grown to this size is rotated. */
  maxBytes: number;
  /** How many older pieces are kept, as `FILE.1` (the newest) to `FILE.N`. */
  keep: number;
}

/** What became of the first `size` bytes of a log: those from `keptFrom` on are `FILE.1` now, and the log begins after them. */
export interface Rotation {
  keptFrom: number;
  size: number;
}

const BUFFER_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** Those who read a log just now: the file itself does not tell them where its bytes went. */
const readers = new Map<string, Set<(rotation: Rotation) => void>>();

/** Tells of every rotation of a log by this process, at once; returns what ends it. */
export function onRotation(path: string, tell: (rotation: Rotation) => void): () => void {
  const key = resolve(path);
  const told = readers.get(key) ?? new Set();
  readers.set(key, told.add(tell));
  return () => {
    if (told.delete(tell) && told.size === 0 && readers.get(key) === told) readers.delete(key);
  };
}

/**
 * Moves what a log holds to `FILE.1` once it is large enough; returns whether it did.
 * The writer keeps its file open, so the file is not renamed: it loses its beginning, and the writer, with O_APPEND, goes on at its end.
 * All of it is one synchronous stretch, so that readers and rotations never meet half-way.
 */
export function rotateLog(path: string, { maxBytes, keep }: LogLimits): boolean {
  if ((logSize(path) ?? -1) < maxBytes) return false;
  rmSync(`${path}.${Math.max(keep, 1)}`, { force: true });
  for (let n = keep - 1; n >= 1; n -= 1) renameIfThere(`${path}.${n}`, `${path}.${n + 1}`);
  const rotation = empty(path, keep > 0 ? `${path}.1` : undefined, maxBytes);
  for (const tell of readers.get(resolve(path)) ?? []) tell(rotation);
  return true;
}

/**
 * Takes the beginning of a file away. Its last lines, `maxBytes` of them, go to `copy`, if given: no more, so that a writer faster
 * than the rotation cannot fill the disk.
 */
function empty(path: string, copy: string | undefined, maxBytes: number): Rotation {
  const from = openSync(path, 'r+');
  const to = copy === undefined ? undefined : openSync(copy, 'w', 0o600);
  try {
    const { size, dev, blksize } = fstatSync(from);
    const blocks = cannotCollapse.has(dev) ? 0 : Math.floor((size - 1) / blksize) * blksize;
    if (blocks > 0) {
      const moved = copyEnd(from, to, blocks, maxBytes);
      if (collapse(path, blocks)) return moved;
      cannotCollapse.add(dev);
    }
    const moved = copyEnd(from, to, size, maxBytes, Infinity);
    ftruncateSync(from, 0);
    return moved;
  } finally {
    closeSync(from);
    if (to !== undefined) closeSync(to);
  }
}

/** Devices whose file system refused to. */
const cannotCollapse = new Set<number>();

/**
 * Cuts whole blocks off the beginning of a file, without losing what is written at that moment, as emptying it would. Only some
 * file systems can (ext4, XFS), and only util-linux brings the system call to us.
 */
function collapse(path: string, length: number): boolean {
  try {
    execFileSync('fallocate', ['--collapse-range', '--offset', '0', '--length', String(length), '--', path], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/** Copies the last lines before `size`, and what came after it meanwhile up to `end`. */
function copyEnd(from: number, to: number | undefined, size: number, maxBytes: number, end = size): Rotation {
  if (to === undefined) return { keptFrom: size, size };
  ftruncateSync(to, 0);
  const keptFrom = startOfLine(from, Math.max(0, size - maxBytes), size);
  return { keptFrom, size: copyBytes(from, to, keptFrom, end) };
}

/** The first start of a line at or after `position`; the position itself where no line begins soon. */
function startOfLine(file: number, position: number, size: number): number {
  if (position === 0) return 0;
  const buffer = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, size - position + 1));
  const before = position - 1;
  const newline = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, before)).indexOf(NEWLINE);
  return newline < 0 || before + newline + 1 >= size ? position : before + newline + 1;
}

/** Copies what lies between two positions, as far as it is there; returns where that ended. */
function copyBytes(from: number, to: number, start: number, end: number): number {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let position = start;
  for (let read; (read = readSync(from, buffer, 0, Math.min(buffer.length, end - position), position)) > 0; position += read) {
    for (let done = 0; done < read; ) done += writeSync(to, buffer, done, read - done, position - start + done);
  }
  return position;
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
