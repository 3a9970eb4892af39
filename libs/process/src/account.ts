import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { askDirectory } from './directory.js';

/** An account of this machine, as passwd(5) lists it. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

/** The account this process runs as. An id without a passwd entry (usual in containers) is called by its number. */
export function currentAccount(): Account {
  try {
    const { username, uid, gid, homedir, shell } = userInfo();
    return { name: username, uid, gid, home: homedir, shell: shell ?? '' };
  } catch {
    // os.userInfo() throws when the uid has no passwd entry
    const uid = process.getuid?.() ?? -1;
    return { name: String(uid), uid, gid: process.getgid?.() ?? -1, home: process.env.HOME ?? '', shell: process.env.SHELL ?? '' };
  }
}

/**
 * The account of that name: from /etc/passwd, or else from the directory services behind `getent`; undefined when there is none.
 * @throws ProcessError when those cannot be asked
 */
export async function accountOf(name: string): Promise<Account | undefined> {
  if (!/^[^\s:/\0]+$/.test(name)) return undefined;
  return findAccount(await readFile('/etc/passwd', 'utf8'), name) ?? findAccount(await askDirectory('passwd', [name]), name);
}

/** Finds one account in the text of a passwd file. */
export function findAccount(passwd: string, name: string): Account | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([entry]) => entry === name);
  if (!fields || fields.length < 7) return undefined;
  return { name, uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5]!, shell: fields[6]! };
}

/**
 * How the machine itself spells the name of an account: directory services find one under several spellings.
 * @throws ProcessError when they cannot be asked
 */
export async function canonicalAccountName(name: string): Promise<string | undefined> {
  // getent would take it for a uid, and somebody else's
  if (/^\d+$/.test(name)) return undefined;
  const uid = (await firstEntry(name))?.[2];
  return uid === undefined ? undefined : (await firstEntry(uid))?.[0];
}

async function firstEntry(key: string): Promise<string[] | undefined> {
  const line = (await askDirectory('passwd', [key])).split('\n')[0]!.split(':');
  return line.length >= 7 ? line : undefined;
}
