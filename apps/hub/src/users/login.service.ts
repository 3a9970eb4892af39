import { Inject, Injectable, Logger } from '@nestjs/common';
import { accountName } from '../authenticators/account-names.js';
import { type Authenticator, AUTHENTICATOR, type AuthModel, type LoginAttempt, type RequestFacts } from '../authenticators/authenticator.js';
import { shownName } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { UserRow } from '../database/tables.js';
import { InvalidInputError, LoginRefusedError, UnavailableError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { LoginFreshness } from '../identity/login-freshness.js';
import { loginDuration } from '../metrics.js';
import { AccountSync } from './account-sync.js';
import { LoginLimits, type LoginTry } from './login-limits.js';
import { admitted, NotAdmittedError } from './login-steps.js';
import { UsersRepository } from './users.repository.js';

const log = new Logger('login');
const LONGEST_FIELD = 4096;

/** Who is meant, for the log. */
type Attempted = Pick<LoginAttempt, 'username' | 'address'>;

/** From what somebody typed, or another site said, to the user they are (reference hub-behaviour 4.3). */
@Injectable()
export class LoginService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly rows: UsersRepository,
    private readonly callers: CallerResolver,
    private readonly accounts: AccountSync,
    private readonly freshness: LoginFreshness,
    private readonly limits: LoginLimits,
  ) {
    freshness.appliedBy((model) => this.accounts.apply(model));
  }

  /**
   * The user, made if new; undefined when the credentials are wrong or the person may not come in.
   * @throws LimitReachedError when too many have failed, UnavailableError when the credentials could not be checked, LoginRefusedError
   * for a reason that the person may know
   */
  async logIn(attempt: LoginTry): Promise<UserRow | undefined> {
    return this.#timed(attempt, async () => {
      const model = await this.#counted(attempt);
      return model && this.#enter(model);
    });
  }

  /**
   * The same for somebody whose identity was established elsewhere: by an identity provider, or by a proxy in front.
   * @throws LoginRefusedError
   */
  async logInAs(model: AuthModel, address: string): Promise<UserRow | undefined> {
    const attempted = { username: model.name, address };
    return this.#timed(attempted, async () => {
      const entering = await this.#admitted(model, attempted);
      return entering && this.#enter(entering);
    });
  }

  /** Somebody who is known by the request itself, with `auto_login`; undefined where the request does not say who it is. */
  async logInByRequest(request: RequestFacts): Promise<UserRow | undefined> {
    const model = await this.authenticator.authenticateRequest?.(request);
    return model && this.logInAs(model, request.address);
  }

  /** The account that somebody means by what they typed. */
  accountOf(typed: string): string {
    const { authenticator, config } = this;
    return accountName(typed.trim(), { authenticator, config });
  }

  /** Whose account it is that somebody tries to log in to, if there is one of that name. */
  async known(typed: string): Promise<UserRow | undefined> {
    return typed.length > LONGEST_FIELD ? undefined : this.rows.byName(this.accountOf(typed));
  }

  /** The identity behind a login sent in place of a token, for people who are in the database already. */
  async verifyKnown(auth: Record<string, unknown>, address: string): Promise<Caller | undefined> {
    const { username, password, otp } = auth;
    if (typeof username !== 'string' || typeof password !== 'string') return undefined;
    const attempt = { username, password, address, ...(typeof otp === 'string' && { otp }) };
    const model = await this.#counted(attempt).catch((error: unknown) => {
      throw this.#told(attempt, error);
    });
    const user = model && (await this.rows.byName(model.name));
    if (!user) return undefined;
    return this.callers.ofUser(user);
  }

  async #timed(attempted: Attempted, logIn: () => Promise<UserRow | undefined>): Promise<UserRow | undefined> {
    const end = loginDuration.startTimer();
    let user: UserRow | undefined;
    try {
      return (user = await logIn());
    } catch (error) {
      throw this.#told(attempted, error);
    } finally {
      end({ status: user ? 'success' : 'failure' });
    }
  }

  async #enter(model: AuthModel): Promise<UserRow> {
    const user = await this.accounts.apply(model);
    this.freshness.note(user.id);
    log.log(`User logged in: ${user.name}`);
    return user;
  }

  /** Only what was checked, and found wrong, counts. */
  async #counted(attempt: LoginTry): Promise<AuthModel | undefined> {
    const notFailed = this.limits.begin(attempt);
    try {
      const model = await this.#identified(attempt);
      if (model) notFailed();
      return model;
    } catch (error) {
      if (!(error instanceof LoginRefusedError)) notFailed();
      throw error;
    }
  }

  async #identified(attempt: LoginAttempt): Promise<AuthModel | undefined> {
    const { username, password, otp = '' } = attempt;
    if ([username, password, otp].some((field) => field.length > LONGEST_FIELD)) return this.#refused(attempt, 'name or password too long');
    const model = await this.authenticator.authenticate({ ...attempt, username: username.trim() });
    return model ? this.#admitted(model, attempt) : this.#refused(attempt, 'wrong name or password');
  }

  async #admitted(model: AuthModel, attempt: Attempted): Promise<AuthModel | undefined> {
    const { config, authenticator } = this;
    const isUser = async (name: string) => (await this.rows.byName(name)) !== undefined;
    try {
      return await admitted(model, { config, authenticator, address: attempt.address, isUser });
    } catch (error) {
      if (error instanceof NotAdmittedError) return this.#refused(attempt, error.message);
      if (error instanceof LoginRefusedError) this.#refused(attempt, error.message);
      throw error;
    }
  }

  /** What is wrong, and where, is for whoever runs the hub; strangers learn that it is not their fault. */
  #told(attempted: Attempted, error: unknown): unknown {
    if (error instanceof InvalidInputError) this.#refused(attempted, error.message);
    if (!(error instanceof UnavailableError)) return error;
    log.error(`Cannot check a login for ${shownName(attempted.username)} from ${attempted.address}: ${error.message}`);
    return new UnavailableError('Logins cannot be checked right now. Try again in a minute.', { cause: error });
  }

  #refused({ username, address }: Attempted, why: string): undefined {
    log.warn(`Failed login for ${shownName(username)} from ${address}: ${why}`);
  }
}
