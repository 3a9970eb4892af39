import { Logger } from '@nestjs/common';
import { canonicalAccountName } from '#process';
import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { InTurn } from './in-turn.js';
import { pam, type PamCall } from './libpam.js';
import { type AccountSettings, ensureAccount, membersOf } from './system-accounts.js';

export interface PamSettings extends AccountSettings {
  service: string;
  encoding: 'utf8' | 'latin1';
  pam_normalize_username: boolean;
  username_map: Record<string, string>;
  check_account: boolean;
  open_sessions: boolean;
  executor_threads: number;
  allowed_groups: readonly string[];
  admin_groups: readonly string[];
  admin_users: readonly string[];
}

const log = new Logger('pam');

/** The accounts and passwords of this machine (reference hub-behaviour 4.4). */
export class PamAuthenticator implements Authenticator {
  readonly hasForm = true;
  readonly #turns: InTurn;
  #opensSessions: boolean;

  constructor(private readonly settings: PamSettings) {
    this.#turns = new InTurn(settings.executor_threads);
    this.#opensSessions = settings.open_sessions;
  }

  async authenticate({ username, password, otp, address }: LoginAttempt): Promise<AuthModel | undefined> {
    // a NUL would end the name or password early for the C library
    if (/\0/.test(username + password + (otp ?? '')) || username === '') return undefined;
    const { service, check_account, encoding } = this.settings;
    const calls: PamCall[] = ['pam_authenticate', ...(check_account ? (['pam_acct_mgmt'] as const) : [])];
    const secrets = [password, ...(otp === undefined ? [] : [otp])].map((secret) => Buffer.from(secret, encoding));
    const { code, message } = await this.#turns.run(() => pam({ service, user: username, secrets, calls }));
    if (code === 0) return { name: await this.#spelled(username) };
    log.warn(`PAM refused a login from ${address}: ${message}`);
    return undefined;
  }

  /** With `pam_normalize_username` case counts, and names are mapped as the system spells them. */
  normalize(name: string): string | undefined {
    const { pam_normalize_username, username_map } = this.settings;
    if (!pam_normalize_username) return undefined;
    return Object.hasOwn(username_map, name) ? username_map[name] : name;
  }

  async allows({ name }: Pick<AuthModel, 'name'>): Promise<boolean> {
    return (await membersOf(this.settings.allowed_groups, name)).length > 0;
  }

  async isAdmin({ name }: Pick<AuthModel, 'name'>): Promise<boolean | undefined> {
    if (this.settings.admin_groups.length === 0) return undefined;
    return this.settings.admin_users.includes(name) || (await membersOf(this.settings.admin_groups, name)).length > 0;
  }

  addUser(name: string): Promise<void> {
    return ensureAccount(name, this.settings);
  }

  beforeStart({ name }: { name: string }): Promise<void> {
    return this.#session('pam_open_session', name);
  }

  afterStop({ name }: { name: string }): Promise<void> {
    return this.#session('pam_close_session', name);
  }

  warnings(): string[] {
    return process.getuid?.() === 0 ? [] : ['PAM can only check the password of the account that runs the hub: start it as root to let others in'];
  }

  async #spelled(name: string): Promise<string> {
    return this.settings.pam_normalize_username ? ((await canonicalAccountName(name)) ?? name) : name;
  }

  /** As in JupyterHub, a session that cannot be opened is the last one that is tried: servers start without. */
  async #session(call: PamCall, user: string): Promise<void> {
    if (!this.#opensSessions) return;
    const { code, message } = await this.#turns.run(() => pam({ service: this.settings.service, user, secrets: [], calls: [call] }));
    if (code === 0) return;
    this.#opensSessions = false;
    log.warn(`${call} failed for ${user}, and no more sessions are opened or closed until the next start: ${message}; set PAMAuthenticator.open_sessions: false if that is right`);
  }
}
