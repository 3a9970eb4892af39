import { Inject, Injectable, Logger } from '@nestjs/common';
import { NativeAccounts } from '../authenticators/native/accounts.repository.js';
import { usesNative } from '../authenticators/native/native.js';
import type { NewSecret } from '../authenticators/native/one-time-codes.js';
import { passwordProblem } from '../authenticators/native/password-rules.js';
import { Passwords } from '../authenticators/native/passwords.js';
import { SecondFactors } from '../authenticators/native/second-factors.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { NativeAccountRow } from '../database/native-account-row.js';
import { InvalidInputError, NotAllowedError, NotFoundError } from '../errors.js';
import { News } from '../news/news.js';
import { LoginLimits } from '../users/login-limits.js';
import { UserSessions } from '../users/user-sessions.js';

/** Somebody who is logged in, and sits at a browser. */
export interface Person {
  /** Row id in `users`. */
  id: number;
  name: string;
  address: string;
  /** See `KnownBrowsers`. */
  knownBrowser?: string;
}

const log = new Logger('login');

/**
 * What people do with their own account. Whoever finds an open browser does not know the password: it is asked for again before anything
 * is changed, and guesses are counted as those at a login are.
 */
@Injectable()
export class OwnAccountService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly accounts: NativeAccounts,
    private readonly passwords: Passwords,
    private readonly factors: SecondFactors,
    private readonly limits: LoginLimits,
    private readonly sessions: UserSessions,
    private readonly news: News,
  ) {}

  /** @throws NotFoundError for somebody who has no account of the hub's own */
  async of(name: string): Promise<NativeAccountRow> {
    const account = usesNative(this.config) ? await this.accounts.byName(name) : undefined;
    if (!account) throw new NotFoundError('You have no password of this hub');
    return account;
  }

  /** Whether they may switch one-time codes on. */
  get offersSecondFactor(): boolean {
    return this.config.NativeAuthenticator.allow_2fa;
  }

  /**
   * Logs the person out everywhere.
   * @returns `cookie_id` of new logins
   * @throws NotAllowedError for a wrong password, InvalidInputError for a new one that cannot be used; LimitReachedError
   */
  async changePassword(person: Person, current: string, next: string): Promise<string> {
    const account = await this.#proven(person, current);
    const problem = passwordProblem(next, person.name, this.config.NativeAuthenticator) ?? (next === current ? 'This is the password that you have.' : undefined);
    if (problem) throw new InvalidInputError(problem);
    await this.accounts.update(account.name, { password: await this.passwords.hash(next) });
    log.log(`${person.name} has changed their password`);
    return this.sessions.endAll(person);
  }

  /** @throws NotAllowedError for a wrong password, ConflictError when codes are asked for already, NotFoundError where nobody has them */
  async beginSecondFactor(person: Person, password: string): Promise<NewSecret> {
    if (!this.offersSecondFactor) throw new NotFoundError('There are no one-time codes on this hub');
    return this.factors.begin(await this.#proven(person, password));
  }

  /** @returns the recovery codes @throws InvalidInputError for a wrong code, ConflictError when nothing was begun; LimitReachedError */
  async confirmSecondFactor(person: Person, code: string): Promise<string[]> {
    const account = await this.of(person.name);
    const codes = await this.#counted(person, () => this.factors.confirm(account, code));
    log.log(`${person.name} has switched one-time codes on`);
    this.#tell(person);
    return codes;
  }

  /** @returns those that are good from now on, instead of all others @throws as `endSecondFactor` */
  async renewRecoveryCodes(person: Person, password: string, code: string): Promise<string[]> {
    await this.#provenTwice(person, password, code);
    return this.factors.renewRecoveryCodes(person.name);
  }

  /** @throws NotAllowedError for a wrong password or code; LimitReachedError */
  async endSecondFactor(person: Person, password: string, code: string): Promise<void> {
    await this.#provenTwice(person, password, code);
    await this.factors.remove(person.name);
    log.log(`${person.name} has switched one-time codes off`);
    this.#tell(person);
  }

  async #provenTwice(person: Person, password: string, code: string): Promise<void> {
    const account = await this.#proven(person, password);
    await this.#counted(person, async () => {
      if (!(await this.factors.accepts(account, code))) throw new NotAllowedError('This code is not right, or was used already.');
    });
  }

  async #proven(person: Person, password: string): Promise<NativeAccountRow> {
    const account = await this.of(person.name);
    await this.#counted(person, async () => {
      const { fits } = await this.passwords.check(password, account.password);
      if (!fits) throw new NotAllowedError('This is not your password.');
    });
    return account;
  }

  /** What was looked at, and found wrong, counts as a login that failed. */
  async #counted<T>({ name, address, knownBrowser }: Person, attempt: () => Promise<T>): Promise<T> {
    const notFailed = this.limits.begin({ username: name, address, ...(knownBrowser !== undefined && { knownBrowser }) });
    try {
      const outcome = await attempt();
      notFailed();
      return outcome;
    } catch (error) {
      if (!(error instanceof NotAllowedError || error instanceof InvalidInputError)) notFailed();
      throw error;
    }
  }

  #tell({ name }: Person): void {
    this.news.tell({ kind: 'account', change: 'changed', user: name });
  }
}
