import { readFile } from 'node:fs/promises';
import { Logger } from '@nestjs/common';
import { accountOf } from '#process';
import { LimitReachedError } from '../errors.js';
import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { pamAuthenticate } from './libpam.js';

export interface PamSettings {
  service: string;
  check_account: boolean;
  executor_threads: number;
  allowed_groups: readonly string[];
  admin_groups: readonly string[];
  admin_users: readonly string[];
}

const log = new Logger('pam');
const LONGEST_QUEUE = 200;

/** The accounts and passwords of this machine (reference hub-behaviour 4.4). */
export class PamAuthenticator implements Authenticator {
  readonly hasForm = true;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly settings: PamSettings) {}

  async authenticate({ username, password, otp, address }: LoginAttempt): Promise<AuthModel | undefined> {
    // a NUL would end the name or password early for the C library
    if (/\0/.test(username + password) || username === '') return undefined;
    const { service, check_account } = this.settings;
    const { code, message } = await this.#inTurn(() => pamAuthenticate(service, username, password + (otp ?? ''), check_account));
    if (code === 0) return { name: username };
    log.warn(`PAM refused a login from ${address}: ${message}`);
    return undefined;
  }

  async allows(name: string): Promise<boolean> {
    return (await membersOf(this.settings.allowed_groups, name)).length > 0;
  }

  async isAdmin(name: string): Promise<boolean | undefined> {
    if (this.settings.admin_groups.length === 0) return undefined;
    return this.settings.admin_users.includes(name) || (await membersOf(this.settings.admin_groups, name)).length > 0;
  }

  warnings(): string[] {
    return process.getuid?.() === 0 ? [] : ['PAM can only check the password of the account that runs the hub: start it as root to let others in'];
  }

  /** PAM holds a thread for the seconds it sleeps after a wrong password, so only so many run at a time. */
  async #inTurn<T>(check: () => Promise<T>): Promise<T> {
    if (this.#running >= this.settings.executor_threads) await this.#wait();
    this.#running += 1;
    try {
      return await check();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE) throw new LimitReachedError('Too many logins are being checked. Try again in a minute.', 30);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Those of the groups of this machine that somebody is a member of, by primary group or by name. */
async function membersOf(groups: readonly string[], name: string): Promise<string[]> {
  if (groups.length === 0) return [];
  const account = await accountOf(name);
  const lines = (await readFile('/etc/group', 'utf8')).split('\n').map((line) => line.split(':'));
  return lines
    .filter(([group, , gid, members]) => groups.includes(group!) && (Number(gid) === account?.gid || members?.split(',').includes(name)))
    .map(([group]) => group!);
}
