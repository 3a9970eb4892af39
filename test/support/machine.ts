import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeAccount, removeAccounts } from './accounts.js';

export interface NewAccount {
  /** As bytes where it is not UTF-8. */
  password?: string | Buffer;
  groups?: readonly string[];
  /** Options of usermod(8). */
  options?: readonly string[];
}

const USERDB = '/run/userdb';

/** Accounts, groups and PAM services that a test makes on this machine, and takes away again: all names begin with `elara-e2e`. */
export class Machine {
  readonly #undo: (() => void)[] = [];

  constructor() {
    if (process.getuid?.() !== 0) throw new Error('cannot test logins by PAM: because only root can make accounts; run the tests as root');
  }

  account(name: string, { password, groups = [], options = [] }: NewAccount = {}): void {
    this.accountOfOthers(name);
    makeAccount(name, { groups, shell: '/bin/sh' });
    if (options.length > 0) execFileSync('usermod', [...options, name]);
    if (password !== undefined) execFileSync('chpasswd', { input: Buffer.concat([Buffer.from(`${name}:`), Buffer.from(password), Buffer.from('\n')]) });
  }

  /** What `removeAll` is to remove although the test did not make it itself. */
  accountOfOthers(name: string): void {
    this.#undo.push(() => removeAccounts([name]));
  }

  group(name: string): void {
    const remove = () => void spawnSync('groupdel', [name]);
    remove();
    this.#undo.push(remove);
    execFileSync('groupadd', [name]);
  }

  /** A group that is in no file, but in a directory: that of systemd (nss-systemd(8)). */
  directoryGroup(name: string, gid: number, members: readonly string[]): void {
    const files = [path.join(USERDB, `${name}.group`), ...members.map((member) => path.join(USERDB, `${member}:${name}.membership`))];
    mkdirSync(USERDB, { recursive: true });
    this.#undo.push(() => files.forEach((file) => rmSync(file, { force: true })));
    for (const file of files) writeFileSync(file, file === files[0] ? JSON.stringify({ groupName: name, gid, members }) : '');
  }

  /** A file in /etc/pam.d. */
  service(name: string, lines: readonly string[]): void {
    const file = path.join('/etc/pam.d', name);
    this.#undo.push(() => rmSync(file, { force: true }));
    writeFileSync(file, `${lines.join('\n')}\n`);
  }

  removeAll(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
