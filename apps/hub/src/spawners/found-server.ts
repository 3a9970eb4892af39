import { uptime } from 'node:os';
import { readStat } from '#process';
import type { MarkedProcess } from './process-search.js';
import { hasMarks } from './process-search.js';
import type { FoundServer, ServerMarks } from './spawner.js';

const BIRTH = 'ELARA_STARTED';
const TICKS_PER_SECOND = 100;

/** Between the moment that a server is told and the start of its process; kernels and terminals come later. */
const LONGEST_BIRTH_SECONDS = 3;

/** When a server is started, in clock ticks since the boot. What it starts inherits the variable, but not the moment. */
export const birthMark = (): Record<string, string> => ({ [BIRTH]: String(Math.round(uptime() * TICKS_PER_SECOND)) });

/** A process with our marks as a server; undefined when it is only something that a server has started. */
export async function foundServer({ identity, environment }: MarkedProcess, marks: ServerMarks): Promise<FoundServer | undefined> {
  const age = identity.startTime - Number(environment.get(BIRTH));
  if (!(Math.abs(age) <= LONGEST_BIRTH_SECONDS * TICKS_PER_SECOND) || (await belongsToMarked(identity.pid, marks))) return undefined;
  const said = (name: string) => environment.get(name) ?? '';
  return {
    user: said('JUPYTERHUB_USER'),
    server: said('JUPYTERHUB_SERVER_NAME'),
    apiToken: said('JUPYTERHUB_API_TOKEN'),
    url: said('JUPYTERHUB_SERVICE_URL'),
    state: { pid: identity.pid },
    memo: identity,
  };
}

async function belongsToMarked(pid: number, marks: ServerMarks): Promise<boolean> {
  for (let parent = readStat(pid)?.parent ?? 0; parent > 1; parent = readStat(parent)?.parent ?? 0) {
    if (await hasMarks(parent, marks)) return true;
  }
  return false;
}
