import { type FileHandle, open, readdir } from 'node:fs/promises';
import { identify, leadsSession, type ProcessIdentity } from '#process';
import type { ServerMarks } from './spawner.js';

export interface MarkedProcess {
  identity: ProcessIdentity;
  /** With which it was started. */
  environment: ReadonlyMap<string, string>;
}

/** Whether a process was started with these environment variables; false when that cannot be read. Linux only. */
export const hasMarks = async (pid: number, marks: ServerMarks): Promise<boolean> => areIn(await environmentOf(pid), marks);

/** The process that leads its session and has these environment variables: a server, not one of the children that inherit them. */
export async function findByMarks(marks: ServerMarks): Promise<ProcessIdentity | undefined> {
  for await (const { identity } of markedProcesses(marks)) return identity;
  return undefined;
}

/** All such processes, one after another. */
export async function* markedProcesses(marks: ServerMarks): AsyncGenerator<MarkedProcess> {
  for (const pid of await allPids()) {
    // the environment is the dearer thing to read, and most processes lead no session
    const identity = leadsSession(pid) ? identify(pid) : undefined;
    if (!identity) continue;
    const environment = await environmentOf(pid);
    if (areIn(environment, marks)) yield { identity, environment };
  }
}

/**
 * All processes that have these environment variables, also those that inherited them and lead nothing, as daemons do.
 * @param since in clock ticks from boot, as in `ProcessIdentity`; of what was started earlier nothing but that is looked at
 */
export async function allByMarks(marks: ServerMarks, since = 0): Promise<ProcessIdentity[]> {
  const found: ProcessIdentity[] = [];
  for (const pid of await allPids()) {
    const identity = identify(pid);
    if (identity && identity.startTime >= since && (await hasMarks(pid, marks))) found.push(identity);
  }
  return found;
}

async function allPids(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

const areIn = (environment: ReadonlyMap<string, string>, marks: ServerMarks): boolean =>
  Object.entries(marks).every(([name, value]) => environment.get(name) === value);

async function environmentOf(pid: number): Promise<Map<string, string>> {
  const text = await textOf(`/proc/${pid}/environ`).catch(() => '');
  return new Map(text.split('\0').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

const PIECE_BYTES = 8192;

/** Without `readFile`, which takes 64 KiB for a file of unknown size: a thousand of them are a garbage collection every 100 ms. */
async function textOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const pieces = [await pieceOf(file)];
    while (pieces.at(-1)!.length === PIECE_BYTES) pieces.push(await pieceOf(file));
    return Buffer.concat(pieces).toString();
  } finally {
    await file.close();
  }
}

async function pieceOf(file: FileHandle): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null);
  return buffer.subarray(0, bytesRead);
}
