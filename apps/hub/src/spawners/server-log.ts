import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const MAX_NAME_BYTES = 200;
const TAIL_BYTES = 64 * 1024;
const MAX_LINE_CHARS = 500;

/** The file that takes a server's output, as an absolute path. */
export const serverLogFile = (logDir: string, user: string, server: string): string =>
  join(resolve(logDir), 'servers', `${safeFileName(user, server)}.log`);

/**
 * A file name for a server that no other server has and that names no other folder, whatever the names are.
 * Plain names stay readable: `alice`, `alice@lab`.
 */
export function safeFileName(user: string, server: string): string {
  // `@` and `~` are escaped in names, so the first can part them and the second can mark a shortened one
  const name = escaped(user) + (server && `@${escaped(server)}`);
  if (name.length <= MAX_NAME_BYTES) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, MAX_NAME_BYTES - 17)}~${digest}`;
}

function escaped(name: string): string {
  const plain = /[A-Za-z0-9_-]/;
  let result = '';
  for (const byte of Buffer.from(name)) {
    const char = String.fromCharCode(byte);
    const inner = char === '.' && result !== '';
    result += plain.test(char) || inner ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

/**
 * The last lines of a server's output, oldest first, without empty ones.
 * @param from byte offset at which the present run began; what an earlier run wrote is left out
 */
export async function lastLines(file: string, count: number, from = 0): Promise<string[]> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    // a file that shrank was rotated: all of it is of this run
    const start = Math.max(from <= size ? from : 0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split(/\r?\n/);
    return lines
      .filter((line) => line.trim() !== '')
      .slice(-count)
      .map((line) => line.slice(0, MAX_LINE_CHARS));
  } finally {
    await handle.close();
  }
}
