import { accountOf } from './account.js';
import { askDirectory, groupIdsOf } from './directory.js';

/** A group of this machine, as group(5) lists it. */
export interface Group {
  name: string;
  gid: number;
  /** Those who are listed with it; who has it as primary group is not, and some directories list nobody. */
  members: string[];
}

/**
 * Those of some groups that there are on this machine.
 * @throws ProcessError when that cannot be found out
 */
export async function findGroups(names: readonly string[]): Promise<Group[]> {
  const lines = names.length > 0 ? (await askDirectory('group', names)).split('\n') : [];
  const found = lines.map((line) => line.split(':')).map(([name = '', , gid, members = '']) => ({ name, gid: Number(gid), members: members.split(',').filter(Boolean) }));
  // getent takes digits for a gid, whose group was not asked for, or was already
  return names.flatMap((wanted) => found.find(({ name, gid }) => name === wanted && Number.isInteger(gid)) ?? []);
}

/**
 * Those of some groups that an account is a member of, in whichever way the machine knows it.
 * @throws ProcessError when that cannot be found out
 */
export async function groupsWith(account: string, groups: readonly Group[]): Promise<Group[]> {
  if (groups.length === 0) return [];
  const ids = (await accountOf(account)) ? await groupIdsOf(account) : [];
  return groups.filter(({ gid, members }) => ids.includes(gid) || members.includes(account));
}
