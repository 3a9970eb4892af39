import { Logger } from '@nestjs/common';
import { canonicalAccountName } from '#process';
import type { Authenticator, AuthModel, LoginAttempt } from './authenticator.js';
import { InTurn } from './in-turn.js';
import { pam, type PamCall } from './libpam.js';
import { fromMachine, isMember } from './machine.js';
import { type AccountSettings, ensureAccount } from './system-accounts.js';
import { lowerCased } from './usernames.js';

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
    const secrets = [password, ...(otp === undefined ? [] : [otp])];
    if (username === '' || /\p{Cc}/u.test(username) || ![username, ...secrets].every((text) => this.#canBeSaid(text))) return undefined;
    const name = this.#asked(username);
    const calls: PamCall[] = ['pam_authenticate', ...(this.settings.check_account ? (['pam_acct_mgmt'] as const) : [])];
    const { code, message } = await this.#run(name, secrets, calls);
    if (code === 0) return { name: await this.#spelled(name) };
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
    return isMember('LocalAuthenticator.allowed_groups', this.settings.allowed_groups, name);
  }

  async isAdmin({ name }: Pick<AuthModel, 'name'>): Promise<boolean | undefined> {
    if (this.settings.admin_groups.length === 0) return undefined;
    return isMember('PAMAuthenticator.admin_groups', this.settings.admin_groups, name);
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

  /** The account whose password is checked is the one that they become: unlike in JupyterHub, no other one under the same letters. */
  #asked(typed: string): string {
    return this.settings.pam_normalize_username ? typed : lowerCased(typed);
  }

  async #spelled(name: string): Promise<string> {
    return this.settings.pam_normalize_username ? ((await fromMachine(canonicalAccountName(name))) ?? name) : name;
  }

  /** As in JupyterHub, a session that cannot be opened is the last one that is tried: servers start without. */
  async #session(call: PamCall, user: string): Promise<void> {
    if (!this.#opensSessions) return;
    const { code, message } = await this.#run(user, [], [call]);
    if (code === 0) return;
    this.#opensSessions = false;
    log.warn(`${call} failed for ${user}, and no more sessions are opened or closed until the next start: ${message}; set PAMAuthenticator.open_sessions: false if that is right`);
  }

  /** A NUL would end it early for PAM, and a letter that the encoding does not have would become another one. */
  #canBeSaid(text: string): boolean {
    const { encoding } = this.settings;
    return !text.includes('\0') && Buffer.from(text, encoding).toString(encoding) === text;
  }

  #run(user: string, secrets: readonly string[], calls: readonly PamCall[]) {
    const { service, encoding } = this.settings;
    const encoded = (text: string) => Buffer.from(text, encoding);
    return this.#turns.run(() => pam({ service, user: encoded(user), secrets: secrets.map(encoded), calls }));
  }
}
