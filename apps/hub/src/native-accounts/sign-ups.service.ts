import { Inject, Injectable, Logger } from '@nestjs/common';
import { NativeAccounts } from '../authenticators/native/accounts.repository.js';
import { usesNative } from '../authenticators/native/native.js';
import { passwordProblem } from '../authenticators/native/password-rules.js';
import { Passwords } from '../authenticators/native/passwords.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import { News } from '../news/news.js';
import { LoginLimits } from '../users/login-limits.js';
import { LoginService } from '../users/login.service.js';
import { UsersRepository } from '../users/users.repository.js';

/** What somebody typed who wants to be let in. */
export interface SignUp {
  username: string;
  password: string;
  email: string;
  acceptsTerms: boolean;
  /** Where they come from. */
  address: string;
}

const log = new Logger('login');
const LONGEST_EMAIL = 254;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST_NAME = 255;

/** People who make an account for themselves. */
@Injectable()
export class SignUps {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly accounts: NativeAccounts,
    private readonly passwords: Passwords,
    private readonly users: UsersRepository,
    private readonly logins: LoginService,
    private readonly limits: LoginLimits,
    private readonly news: News,
  ) {}

  /** Whether anybody can sign up here. */
  get areOpen(): boolean {
    return usesNative(this.config) && this.#rules.enable_signup;
  }

  /**
   * @returns the name of the account, and whether its owner may log in at once
   * @throws NotFoundError where nobody can sign up; LimitReachedError, InvalidInputError and ConflictError in words for the person
   */
  async signUp(wish: SignUp): Promise<{ name: string; approved: boolean }> {
    if (!this.areOpen) throw new NotFoundError('Nobody can sign up here');
    this.limits.beginSignUp(wish.address);
    const name = this.#nameOf(wish.username);
    this.#check(wish, name);
    // after everything that is quickly told, and before what is costly
    if (await this.accounts.byName(name)) throw taken();
    const [approved, password] = [await this.#isApprovedAtOnce(name), await this.passwords.hash(wish.password)];
    await this.#insert({ name, password, approved, email: wish.email || null });
    log.log(`Signed up: ${name} from ${wish.address}${approved ? '' : ', and waits for approval'}`);
    this.news.tell({ kind: 'account', change: 'changed', user: name });
    return { name, approved };
  }

  /** The one name that every way to spell it stands for, as at a login. */
  #nameOf(typed: string): string {
    if (typed.length > LONGEST_NAME) throw new InvalidInputError('This name is too long.');
    const name = this.logins.accountOf(typed);
    const problem = /[\s,]/.test(name) ? 'it contains a space or a comma' : usernameProblem(name, this.#rules, { isNew: true });
    if (problem) throw new InvalidInputError(`This name cannot be used: ${problem}.`);
    if (this.#isListed('blocked_users', name)) throw new InvalidInputError('This name cannot be used here.');
    return name;
  }

  #check({ password, email, acceptsTerms }: SignUp, name: string): void {
    const problem = passwordProblem(password, name, this.#rules);
    if (problem) throw new InvalidInputError(problem);
    const isAsked = this.#rules.ask_email_on_signup;
    if ((isAsked || email) && (email.length > LONGEST_EMAIL || !EMAIL.test(email))) throw new InvalidInputError('This is no e-mail address.');
    if (this.#rules.tos && !acceptsTerms) throw new InvalidInputError('Without accepting the terms, you cannot sign up.');
  }

  /**
   * Whoever takes the name of somebody who is there already is approved by an admin or not at all: they would get that person's servers,
   * groups and rights. Only places that the config keeps, and nobody has taken, are free. Every admin but the first has somebody to ask.
   */
  async #isApprovedAtOnce(name: string): Promise<boolean> {
    const [isAdmin, user] = [this.#isListed('admin_users', name), await this.users.byName(name)];
    const isKept = isAdmin || this.#isListed('allowed_users', name);
    if (user && !(isKept && user.last_activity === null)) return false;
    if (!isAdmin) return this.#rules.open_signup;
    return !(await this.accounts.hasApproved(this.#rules.admin_users.map((admin) => this.logins.accountOf(admin))));
  }

  #isListed(list: 'admin_users' | 'allowed_users' | 'blocked_users', name: string): boolean {
    return this.#rules[list].some((listed) => this.logins.accountOf(listed) === name);
  }

  async #insert(account: Parameters<NativeAccounts['insert']>[0]): Promise<void> {
    try {
      await this.accounts.insert(account);
    } catch (error) {
      throw error instanceof ConflictError ? taken(error) : error;
    }
  }

  get #rules() {
    return this.config.NativeAuthenticator;
  }
}

const taken = (cause?: unknown) => new ConflictError('Somebody has this name already. Choose another one.', { cause });
