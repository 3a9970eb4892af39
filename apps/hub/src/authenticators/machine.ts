import { Logger } from '@nestjs/common';
import { findGroups, groupsWith, ProcessError } from '#process';
import { UnavailableError } from '../errors.js';

const log = new Logger('login');

/**
 * What this machine says of an account or a group, for a login that depends on it.
 * @throws UnavailableError when it cannot be asked
 */
export async function fromMachine<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof ProcessError ? new UnavailableError(error.message, { cause: error }) : error;
  }
}

/**
 * Whether somebody is in one of these groups of this machine.
 * @param trait the key of the config that names them, for the log
 * @throws UnavailableError when it cannot be found out
 */
export async function isMember(trait: string, names: readonly string[], account: string): Promise<boolean> {
  const groups = await fromMachine(findGroups(names));
  const missing = names.filter((name) => !groups.some((group) => group.name === name));
  if (missing.length > 0) log.error(`There is no group ${missing.join(', ')} on this machine (${trait})`);
  return (await fromMachine(groupsWith(account, groups))).length > 0;
}
