import { constants } from 'node:fs';
import { lstat, open, opendir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { WebError } from '#hub-client';

/** Entries of a folder that are listed; with more the rest is counted as missing. */
const MAX_ENTRIES = 2_000;

export interface Entry {
  name: string;
  kind: 'folder' | 'file' | 'other';
  /** Bytes. */
  size: number;
  modified: Date;
}

/** What a path in the root is: a folder's entries, or a file opened for reading (to be closed by whoever takes it). */
export type Place = { kind: 'folder'; entries: Entry[]; truncated: boolean } | { kind: 'file'; handle: FileHandle; size: number };

const missing = () => new WebError(404, 'There is no such file here.');

/**
 * The parts of a path from a URL. Hidden files are not shown, which takes care of `.` and `..` too.
 *
 * @param path percent-encoded, without the leading slash
 * @throws WebError 404 for parts that are no visible name: `..`, names with `/` or NUL, bad encoding
 */
export function pathParts(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((part) => {
    const name = decoded(part);
    if (name.startsWith('.') || /[/\0]/.test(name)) throw missing();
    return name;
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new WebError(404, 'There is no such file here.', { cause: error });
  }
}

/**
 * Opens what is at a path below the root, for reading only. Symlinks are followed as long as they stay inside.
 *
 * @throws WebError 404 when nothing is there, it leads outside, or it is neither file nor folder; 403 when it may not be read
 */
export async function openPlace(root: string, parts: readonly string[]): Promise<Place> {
  try {
    const realRoot = await realpath(root);
    const real = await realpath(join(realRoot, ...parts));
    if (!isWithin(realRoot, real)) throw missing();
    if ((await stat(real)).isDirectory()) return await listed(realRoot, real);
    return await opened(real);
  } catch (error) {
    throw explained(error);
  }
}

const isWithin = (root: string, path: string) => path === root || path.startsWith(root === sep ? sep : root + sep);

function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return new WebError(403, 'You may not read this.', { cause: error });
  const absent = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO'].includes(code ?? '');
  return absent ? new WebError(404, 'There is no such file here.', { cause: error }) : error;
}

async function opened(real: string): Promise<Place> {
  // the path is resolved already: a symlink met now was put there meanwhile; and a pipe must not be waited for
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const about = await handle.stat();
  if (about.isFile()) return { kind: 'file', handle, size: about.size };
  await handle.close();
  throw missing();
}

async function listed(root: string, real: string): Promise<Place> {
  const names: string[] = [];
  let truncated = false;
  for await (const { name } of await opendir(real)) {
    if (name.startsWith('.')) continue;
    truncated = names.length === MAX_ENTRIES;
    if (truncated) break;
    names.push(name);
  }
  const entries = (await Promise.all(names.map((name) => entryOf(root, join(real, name), name)))).filter(
    (entry) => entry !== undefined,
  );
  return { kind: 'folder', entries: entries.sort(byKindAndName), truncated };
}

async function entryOf(root: string, path: string, name: string): Promise<Entry | undefined> {
  try {
    const link = await lstat(path);
    const leadsOutside = link.isSymbolicLink() && !isWithin(root, await realpath(path));
    const about = leadsOutside ? link : await stat(path);
    const kind = about.isDirectory() ? 'folder' : about.isFile() ? 'file' : 'other';
    return { name, kind, size: about.size, modified: about.mtime };
  } catch {
    // gone meanwhile, or a symlink to nowhere
    return undefined;
  }
}

const byKindAndName = (a: Entry, b: Entry) =>
  Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name, 'en');
