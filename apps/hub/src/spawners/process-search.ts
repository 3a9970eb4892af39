import { readdir, readFile } from 'node:fs/promises';
import { identify, type ProcessIdentity } from '#process';
import type { ServerMarks } from './spawner.js';

/** Whether a process was started with these environment variables; false when that cannot be read. Linux only. */
export async function hasMarks(pid: number, marks: ServerMarks): Promise<boolean> {
  let environment: string;
  try {
    environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return false;
  }
  const variables = new Set(environment.split('\0'));
  return Object.entries(marks).every(([name, value]) => variables.has(`${name}=${value}`));
}

/** The process that leads its session and has these environment variables: a server, not one of the children that inherit them. */
export async function findByMarks(marks: ServerMarks): Promise<ProcessIdentity | undefined> {
  const names = await readdir('/proc').catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    if ((await hasMarks(pid, marks)) && (await leadsSession(pid))) return identify(pid);
  }
  return undefined;
}

/** proc(5): the session is the fourth field after the command, which stands in brackets and may hold anything. */
async function leadsSession(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === pid;
}
