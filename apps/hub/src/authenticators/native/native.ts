import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG } from '../../config/config.module.js';
import type { HubConfig } from '../../config/schema.js';
import type { Database } from '../../database/database.js';
import type { NativeAccountRow } from '../../database/native-account-row.js';
import { fromDbBoolean } from '../../database/values.js';
import { InvalidInputError, LoginRefusedError, SecondStepRequiredError } from '../../errors.js';
import type { Authenticator, AuthModel, LoginAttempt } from '../authenticator.js';
import { sameSecret } from '../constant-time.js';
import { isMember } from '../machine.js';
import { ensureAccount } from '../system-accounts.js';
import { normalizeUsername } from '../usernames.js';
import { NativeAccounts } from './accounts.repository.js';
import { LONGEST_PASSWORD } from './password-rules.js';
import { Passwords } from './passwords.js';
import { SecondFactors } from './second-factors.js';

/** Whether accounts of the hub's own are in use. */
export const usesNative = ({ JupyterHub }: HubConfig): boolean => JupyterHub.authenticator_class === 'native';

/** Accounts of the hub's own, with their passwords in its database: what JupyterHub's add-on nativeauthenticator does. */
@Injectable()
export class NativeAuthenticator implements Authenticator {
  readonly hasForm = true;

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly accounts: NativeAccounts,
    private readonly passwords: Passwords,
    private readonly factors: SecondFactors,
  ) {}

  async authenticate({ username, password, otp, firstStep }: LoginAttempt): Promise<AuthModel | undefined> {
    // normalised here to find the account alone: the login flow does it once for all that follows
    const named = await this.accounts.byName(normalizeUsername(username, this.#settings));
    const account = firstStep === undefined ? await this.#withPassword(named, password) : withFirstStep(named, firstStep);
    if (!account) return undefined;
    // told to nobody who does not know the password
    if (!fromDbBoolean(account.approved)) throw new LoginRefusedError('Your account has not been approved yet.');
    if (account.totp_secret === null) return { name: username };
    if (!otp) throw new SecondStepRequiredError(firstStepOf(account));
    return (await this.factors.accepts(account, otp)) ? { name: username } : undefined;
  }

  /** An admin who lets somebody in has decided; who was let in by `open_signup` is held against the lists of the config. */
  async allows({ name }: Pick<AuthModel, 'name'>): Promise<boolean> {
    const { allowed_users, allowed_groups } = this.#settings;
    if (allowed_users.length === 0 && allowed_groups.length === 0) return true;
    if ((await this.accounts.byName(name))?.approved_by) return true;
    return isMember('LocalAuthenticator.allowed_groups', allowed_groups, name);
  }

  /** People of the hub need no account of the machine, but can be given one. */
  async addUser(name: string): Promise<void> {
    if (this.#settings.create_system_users) await ensureAccount(name, this.#settings);
  }

  async removeUser(name: string): Promise<void> {
    await this.accounts.remove(name);
  }

  async renameUser(from: string, to: string, db: Database): Promise<void> {
    const taken = await db('elara_native_accounts').where({ name: to }).first('id');
    if (taken) throw new InvalidInputError(`cannot rename to ${JSON.stringify(to)}: because somebody has signed up under that name`);
    await this.accounts.update(from, { name: to }, {}, db);
  }

  warnings(): string[] {
    const { open_signup, enable_signup } = this.#settings;
    return open_signup && enable_signup ? ['NativeAuthenticator.open_signup lets everybody in who can reach this hub'] : [];
  }

  get #settings() {
    return this.config.NativeAuthenticator;
  }

  /** The account, if that is its password; nobody's takes as long. */
  async #withPassword(account: NativeAccountRow | undefined, typed: string): Promise<NativeAccountRow | undefined> {
    if (typed.length > 2 * LONGEST_PASSWORD) return undefined;
    const { fits, outdated } = await this.passwords.check(typed, account?.password);
    if (!account || !fits) return undefined;
    if (!outdated) return account;
    const password = await this.passwords.hash(typed);
    await this.accounts.update(account.name, { password }, { password: account.password });
    return { ...account, password };
  }
}

/** The account, if its password is still the one that was right a moment ago. */
const withFirstStep = (account: NativeAccountRow | undefined, firstStep: string) => (account && sameSecret(firstStep, firstStepOf(account)) ? account : undefined);

/** Worth nothing once the password is another one, or is hashed anew. */
const firstStepOf = ({ name, password }: NativeAccountRow) => createHash('sha256').update(`${name}\n${password}`).digest('hex');
