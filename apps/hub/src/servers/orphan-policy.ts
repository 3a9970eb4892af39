import { isDeepStrictEqual } from 'node:util';
import type { FoundServer } from '../spawners/spawner.js';
import type { ServerRecord } from './server-record.js';

export type OrphanPolicy = 'report' | 'adopt' | 'reap';

/** What is to be done with one, and why not more. */
export interface OrphanVerdict {
  action: OrphanPolicy;
  /** For the operator. */
  because: string;
}

export interface OrphanFacts {
  policy: OrphanPolicy;
  /** There is somebody of that name. */
  userExists: boolean;
  /** The row of that server says that one runs, or is being started or stopped. */
  isTaken: boolean;
  /** It holds the token that this hub has given to a server of that name. */
  hasOurToken: boolean;
  /** It answers where it was told to listen. */
  answers: boolean;
}

/**
 * The servers that run although no row knows of them.
 * @param records those that are not stopped, read after the servers were found: what was started in between has a row by then
 */
export function orphansAmong(found: readonly FoundServer[], records: readonly ServerRecord[]): FoundServer[] {
  const byName = new Map<string, ServerRecord[]>();
  for (const record of records) byName.set(fullName(record), [...(byName.get(fullName(record)) ?? []), record]);
  return found.filter((server) => !byName.get(`${server.user}/${server.server}`)?.some((record) => mayBe(record, server)));
}

const fullName = ({ user, name }: ServerRecord): string => `${user.name}/${name}`;

/** A number alone tells nothing: it may be another process's by now. */
function mayBe({ state, memo, spawnerState }: ServerRecord, server: FoundServer): boolean {
  // somebody is at work on it, and its process may not have been noted yet
  if (state !== 'ready') return true;
  return memo === null ? isDeepStrictEqual(spawnerState, server.state) : isDeepStrictEqual(memo, server.memo);
}

/** Only a server that can prove whose it is, is given a place; whoever asks first must not be led to somebody else's program. */
export function orphanVerdict({ policy, userExists, isTaken, hasOurToken, answers }: OrphanFacts): OrphanVerdict {
  if (policy !== 'adopt') return { action: policy, because: 'no row of the database knows of it' };
  if (!userExists) return { action: 'report', because: 'there is no user of that name' };
  if (isTaken) return { action: 'report', because: 'another server of that name is there' };
  if (!hasOurToken) return { action: 'report', because: 'its token is not valid any more' };
  if (!answers) return { action: 'report', because: 'it does not answer where it should' };
  return { action: 'adopt', because: 'it answers, and its token is valid' };
}
