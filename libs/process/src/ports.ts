import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { systemCode } from './errors.js';
import { onLinux } from './identity.js';

/** A TCP port that nobody listened on a moment ago. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}

export interface PortHolder {
  pid: number;
  /** Command line, words joined with spaces; arguments may be secret, so it is for the operator's eyes. */
  command: string;
}

/** The process that listens on a TCP port of this machine; undefined when there is none, or we may not see whose it is. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  if (!onLinux) return undefined;
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const sockets = new Set(tables.flatMap((table) => listeners(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && (await holdsOneOf(name, sockets))) return { pid: Number(name), command: await commandOf(name) };
  }
  return undefined;
}

const LISTEN = '0A';

/** The inodes of the sockets that listen on a port, from the text of `/proc/net/tcp` (proc(5)). */
export function listeners(table: string, port: number): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && parseInt(local!.split(':')[1]!, 16) === port)
    .map((fields) => fields[9]!);
}

async function holdsOneOf(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  for (const fd of await orEmpty(readdir(`/proc/${pid}/fd`), [])) {
    if (sockets.has(await orEmpty(readlink(`/proc/${pid}/fd/${fd}`), ''))) return true;
  }
  return false;
}

const commandOf = async (pid: string) => (await readOrEmpty(`/proc/${pid}/cmdline`)).split('\0').join(' ').trim();
const readOrEmpty = (path: string) => orEmpty(readFile(path, 'utf8'), '');

/** Processes end while we look at them, and those of other accounts may not be looked at. */
async function orEmpty<T>(reading: Promise<T>, empty: T): Promise<T> {
  return reading.catch((error: unknown) => {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error)!)) return empty;
    throw error;
  });
}
