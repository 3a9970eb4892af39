import { execa } from 'execa';
import { ProcessError } from './errors.js';

const LONGEST_ANSWER_MS = 10_000;
/** getent(1): a key was not found. */
const NOT_FOUND = 2;

/**
 * Asks the directories of this machine (files, LDAP, SSSD …) through getent(1).
 * @returns lines as in /etc/passwd or /etc/group, for those keys that are known
 * @throws ProcessError when they cannot be asked, which is not the same as not being known
 */
export async function askDirectory(database: 'passwd' | 'group', keys: readonly string[]): Promise<string> {
  const { stdout, exitCode, code, timedOut, shortMessage } = await execa('getent', [database, '--', ...keys], { reject: false, timeout: LONGEST_ANSWER_MS, stdin: 'ignore', stderr: 'ignore' });
  // a machine without getent has no directories either
  if (exitCode === 0 || exitCode === NOT_FOUND || code === 'ENOENT') return typeof stdout === 'string' ? stdout : '';
  throw new ProcessError(timedOut ? 'timeout' : 'exited', `cannot look up ${database} entries: because ${timedOut ? 'the directory of this machine does not answer' : shortMessage}`);
}

/**
 * The ids of all groups of an account of this machine, its primary one and those that only a directory knows of.
 * @param account the name of an account that there is: id(1) would take digits for a uid otherwise
 * @throws ProcessError when that cannot be found out
 */
export async function groupIdsOf(account: string): Promise<number[]> {
  const { stdout, failed, timedOut, shortMessage } = await execa('id', ['-G', '--', account], { reject: false, timeout: LONGEST_ANSWER_MS, stdin: 'ignore', stderr: 'ignore' });
  if (failed) throw new ProcessError(timedOut ? 'timeout' : 'exited', `cannot find out the groups of ${account}: because ${timedOut ? 'the directory of this machine does not answer' : shortMessage}`);
  return stdout.trim().split(' ').map(Number);
}
