import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { systemCode } from './errors.js';
import { onLinux, readStat } from './identity.js';

/** Whoever was given a port may take so long to listen there. */
const HELD_MS = 60_000;
const MOST_HELD = 5000;

/** Ports that were given, and when, the oldest first. */
const given = new Map<number, number>();

/**
 * A TCP port that nobody listened on a moment ago, and that nobody else was given here within the last minute: the kernel chooses at
 * random among some ten thousand, so that of sixty servers that start at once two would now and then get the same.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await unusedPort(host);
    const now = performance.now();
    forget(now);
    if (given.has(port)) continue;
    given.set(port, now);
    return port;
  }
}

function forget(now: number): void {
  for (const [port, since] of given) {
    if (now - since < HELD_MS && given.size < MOST_HELD) return;
    given.delete(port);
  }
}

function unusedPort(host: string): Promise<number> {
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
export const listeners = (table: string, port: number): string[] =>
  listening(table).flatMap((socket) => (socket.port === port ? [socket.inode] : []));

function listening(table: string): { port: number; inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === LISTEN)
    .map((fields) => ({ port: parseInt(fields[1]!.split(':')[1]!, 16), inode: fields[9]! }));
}

/** The TCP ports on which a process and the others of its session listen; as far as we may look at them. Linux only. */
export async function listeningPorts(leader: number): Promise<number[]> {
  const ports = new Set<number>();
  for (const pid of onLinux ? await readdir('/proc') : []) {
    if (/^\d+$/.test(pid) && readStat(Number(pid))?.session === leader) for (const port of await portsOf(pid)) ports.add(port);
  }
  return [...ports].sort((a, b) => a - b);
}

async function portsOf(pid: string): Promise<number[]> {
  // the process may be in a network of its own
  const tables = await Promise.all([`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`].map(readOrEmpty));
  const byLink = new Map(tables.flatMap(listening).map(({ port, inode }) => [`socket:[${inode}]`, port]));
  const links = await Promise.all((await orEmpty(readdir(`/proc/${pid}/fd`), [])).map((fd) => orEmpty(readlink(`/proc/${pid}/fd/${fd}`), '')));
  return links.flatMap((link) => byLink.get(link) ?? []);
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
