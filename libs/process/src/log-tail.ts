import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from './errors.js';
import { onRotation } from './log-rotation.js';

const NEWLINE = 0x0a;
const NOTHING: LogEnd = { bytes: Buffer.alloc(0), cut: false, size: 0 };

/** The end of a log. */
export interface LogEnd {
  bytes: Buffer;
  /** There is more before it. */
  cut: boolean;
  /** Of the file, when it was read. */
  size: number;
}

/**
 * The last lines of a log, oldest first, also those that were put aside last; reads at most `maxBytes` from its end.
 * A log that is not there has none.
 */
export async function tailLog(path: string, lines: number, maxBytes = 64 * 1024): Promise<string[]> {
  return lastLines(await readLogEnd(path, maxBytes), lines);
}

/** Cuts the end of a log into lines; the last one may be unfinished. */
export function lastLines({ bytes, cut }: Pick<LogEnd, 'bytes' | 'cut'>, lines: number): string[] {
  const all = bytes.toString('utf8').split('\n');
  if (all.at(-1) === '') all.pop();
  // the first line of a cut text is a fragment; unless it is all there is
  if (cut && all.length > 1) all.shift();
  return lines > 0 ? all.slice(-lines) : [];
}

/** The last bytes of a log; where it was rotated a moment ago, they begin in the piece put aside. */
export async function readLogEnd(path: string, maxBytes: number): Promise<LogEnd> {
  let rotated = false;
  const done = onRotation(path, () => (rotated = true));
  try {
    for (;;) {
      rotated = false;
      const end = await readEnd(path, maxBytes);
      const before = end.size < maxBytes ? await readEnd(`${path}.1`, maxBytes - end.size) : NOTHING;
      if (!rotated) return { bytes: Buffer.concat([before.bytes, end.bytes]), cut: end.cut || before.cut, size: end.size };
    }
  } finally {
    done();
  }
}

/** The position after the last end of a line. */
export const endOfLines = (bytes: Buffer): number => bytes.lastIndexOf(NEWLINE) + 1;

/** At most `length` bytes of a file; empty beyond its end, or when it is not there. */
export async function readAt(path: string, position: number, length: number): Promise<{ bytes: Buffer; size: number }> {
  return (await withFile(path, async (file) => {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position))), 0, null, position);
    return { bytes: buffer.subarray(0, bytesRead), size };
  })) ?? { bytes: NOTHING.bytes, size: 0 };
}

async function readEnd(path: string, maxBytes: number): Promise<LogEnd> {
  return (await withFile(path, async (file) => {
    const { size } = await file.stat();
    const start = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size - start), 0, null, start);
    return { bytes: buffer.subarray(0, bytesRead), cut: start > 0, size };
  })) ?? NOTHING;
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return file && (await read(file));
  } finally {
    await file?.close();
  }
}
