import { Inject, Injectable, Logger } from '@nestjs/common';
import { allowsEverybody, authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR, type AuthModel, type LoginAttempt } from '../authenticators/authenticator.js';
import { normalizeUsername, usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { UserRow } from '../database/tables.js';
import { fromDbBoolean } from '../database/values.js';
import type { Caller } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { loginDuration } from '../metrics.js';
import { AuthStates } from './auth-states.js';
import { LoginLimits, type LoginTry } from './login-limits.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const log = new Logger('login');
const LONGEST_FIELD = 4096;
const LONGEST_LOGGED = 64;

/** From what somebody typed to the user they are: the steps of reference hub-behaviour 4.3, in its order. */
@Injectable()
export class LoginService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly users: UsersService,
    private readonly rows: UsersRepository,
    private readonly roles: RolesRepository,
    private readonly callers: CallerResolver,
    private readonly cache: IdentityCache,
    private readonly authStates: AuthStates,
    private readonly limits: LoginLimits,
  ) {}

  /**
   * The user, made if new; undefined when the credentials are wrong or the person may not come in.
   * @throws LimitReachedError when too many have failed, UnavailableError when the credentials could not be checked
   */
  async logIn(attempt: LoginTry): Promise<UserRow | undefined> {
    const end = loginDuration.startTimer();
    let user: UserRow | undefined;
    try {
      return (user = await this.#admit(attempt));
    } finally {
      end({ status: user ? 'success' : 'failure' });
    }
  }

  /** The account that somebody means by what they typed. */
  accountOf(typed: string): string {
    const name = typed.trim();
    return this.authenticator.normalize?.(name) ?? normalizeUsername(name, authenticatorTraits(this.config));
  }

  /** Whose account it is that somebody tries to log in to, if there is one of that name. */
  async known(typed: string): Promise<UserRow | undefined> {
    return typed.length > LONGEST_FIELD ? undefined : this.rows.byName(this.accountOf(typed));
  }

  /** The identity behind a login sent in place of a token, for people who are in the database already. */
  async verifyKnown(auth: Record<string, unknown>, address: string): Promise<Caller | undefined> {
    const { username, password } = auth;
    if (typeof username !== 'string' || typeof password !== 'string') return undefined;
    const model = await this.#counted({ username, password, address });
    const user = model && (await this.rows.byName(model.name));
    if (!user) return undefined;
    return this.callers.ofUser(user);
  }

  async #admit(attempt: LoginTry): Promise<UserRow | undefined> {
    const model = await this.#counted(attempt);
    if (!model) return undefined;
    const user = (await this.rows.byName(model.name)) ?? (await this.users.insert([{ name: model.name, admin: model.admin ?? false }]))[0]!;
    await this.#syncAdmin(user, model.admin);
    await this.authStates.renew(user, model.authState);
    log.log(`User logged in: ${user.name}`);
    return user;
  }

  /** Only what was checked, and found wrong, counts. */
  async #counted(attempt: LoginTry): Promise<AuthModel | undefined> {
    const notFailed = this.limits.begin(attempt);
    try {
      const model = await this.#identify(attempt);
      if (model) notFailed();
      return model;
    } catch (error) {
      notFailed();
      throw error;
    }
  }

  async #identify(attempt: LoginAttempt): Promise<AuthModel | undefined> {
    if (attempt.username.length > LONGEST_FIELD || attempt.password.length > LONGEST_FIELD) return this.#refused(attempt, 'name or password too long');
    const model = await this.authenticator.authenticate({ ...attempt, username: attempt.username.trim() });
    if (!model) return this.#refused(attempt, 'wrong name or password');
    const traits = authenticatorTraits(this.config);
    const name = this.accountOf(model.name);
    const problem = usernameProblem(name, traits);
    if (problem) return this.#refused(attempt, problem);
    if (traits.blocked_users.includes(name)) return this.#refused(attempt, 'blocked');
    if (!(await this.#isAllowed(name))) return this.#refused(attempt, 'not allowed');
    return { ...model, name, admin: model.admin ?? (await this.#adminByRule(name)) };
  }

  async #isAllowed(name: string): Promise<boolean> {
    const traits = authenticatorTraits(this.config);
    if (allowsEverybody(this.config) || traits.allowed_users.includes(name)) return true;
    // as in JupyterHub, a list of names to allow is taken to include the admins
    if (traits.allowed_users.length > 0 && traits.admin_users.includes(name)) return true;
    if (traits.allow_existing_users && (await this.rows.byName(name))) return true;
    return (await this.authenticator.allows?.(name)) ?? false;
  }

  async #adminByRule(name: string): Promise<boolean | undefined> {
    const byDriver = await this.authenticator.isAdmin?.(name);
    return byDriver ?? (authenticatorTraits(this.config).admin_users.includes(name) ? true : undefined);
  }

  async #syncAdmin(user: UserRow, admin: boolean | undefined): Promise<void> {
    const wanted = admin ?? fromDbBoolean(user.admin);
    if (wanted !== fromDbBoolean(user.admin)) await this.rows.update(user.id, { admin: wanted });
    await this.roles.syncDefaults({ kind: 'user', id: user.id, admin: wanted });
    this.cache.bump();
    if (wanted !== fromDbBoolean(user.admin)) this.users.tell(user.name, 'changed');
  }

  #refused({ username, address }: LoginAttempt, why: string): undefined {
    // JSON escapes control characters, so that a name cannot forge log lines
    log.warn(`Failed login for ${JSON.stringify(username.slice(0, LONGEST_LOGGED))} from ${address}: ${why}`);
  }
}
