import { execFileSync, spawnSync } from 'node:child_process';
import { root } from './hub.js';

/** An account of this machine, as its server should find it. */
export interface TestAccount {
  name: string;
  uid: number;
  gid: number;
  /** All its groups, sorted. */
  groups: number[];
  home: string;
  shell: string;
}

const numbers = (option: string, name: string) => execFileSync('id', [option, name], { encoding: 'utf8' }).trim().split(' ').map(Number);

/** Makes an account without a password; one that an earlier run left is made anew. */
export function makeAccount(name: string, { groups = [], shell = '/bin/bash' }: { groups?: readonly string[]; shell?: string } = {}): TestAccount {
  if (process.getuid?.() !== 0) throw new Error('cannot make accounts: because only root can; run the tests as root');
  removeAccounts([name]);
  for (const group of groups) execFileSync('groupadd', ['--force', group]);
  execFileSync('useradd', ['--create-home', '--shell', shell, ...(groups.length > 0 ? ['--groups', groups.join(',')] : []), name]);
  return { name, uid: numbers('-u', name)[0]!, gid: numbers('-g', name)[0]!, groups: numbers('-G', name).sort((a, b) => a - b), home: `/home/${name}`, shell };
}

/** Removes accounts that a test has made, and ends what a test that failed has left running under them. */
export function removeAccounts(names: readonly string[], groups: readonly string[] = []): void {
  for (const name of names) {
    spawnSync('pkill', ['-KILL', '-u', name]);
    spawnSync('userdel', ['--force', '--remove', name]);
  }
  for (const group of groups) spawnSync('groupdel', [group]);
}

/** What to put before a command so that it runs as an account. It can read this checkout and Node in any case, but do no more than the account can. */
export function asAccount(name: string): string[] {
  const switched = ['setpriv', '--reuid', name, '--regid', name, '--init-groups'];
  const canRead = [process.execPath, root].every((file) => spawnSync(switched[0]!, [...switched.slice(1), 'test', '-r', file]).status === 0);
  return canRead ? switched : [...switched, '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
}
