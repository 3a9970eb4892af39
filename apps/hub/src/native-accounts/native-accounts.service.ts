import { Inject, Injectable, Logger } from '@nestjs/common';
import { type AccountQuery, type ListedAccount, NativeAccounts } from '../authenticators/native/accounts.repository.js';
import { usesNative } from '../authenticators/native/native.js';
import { passwordProblem } from '../authenticators/native/password-rules.js';
import { Passwords } from '../authenticators/native/passwords.js';
import { SecondFactors } from '../authenticators/native/second-factors.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { fromDbBoolean } from '../database/values.js';
import { InvalidInputError, NotAllowedError, NotFoundError } from '../errors.js';
import type { Caller } from '../identity/caller.js';
import { type Change, News } from '../news/news.js';
import { LoginService } from '../users/login.service.js';
import { UserSessions } from '../users/user-sessions.js';
import { UsersRepository } from '../users/users.repository.js';

const log = new Logger('login');

type Actor = Pick<Caller, 'name' | 'admin'>;

/** What admins do with accounts of the hub's own. What takes somebody's access away, or gives it to somebody else, also logs them out. */
@Injectable()
export class NativeAccountsService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly accounts: NativeAccounts,
    private readonly passwords: Passwords,
    private readonly factors: SecondFactors,
    private readonly logins: LoginService,
    private readonly users: UsersRepository,
    private readonly sessions: UserSessions,
    private readonly news: News,
  ) {}

  /** @throws NotFoundError where there are no such accounts */
  async list(query: AccountQuery): Promise<{ rows: ListedAccount[]; total: number }> {
    this.#requireInUse();
    return this.accounts.list(query);
  }

  /** @throws NotFoundError */
  async get(name: string): Promise<ListedAccount> {
    this.#requireInUse();
    const account = await this.accounts.listed(name);
    if (!account) throw new NotFoundError(`No such account: ${name}`);
    return account;
  }

  /** Lets somebody in who has signed up. @throws NotFoundError, NotAllowedError */
  async approve(name: string, actor: Actor): Promise<void> {
    await this.#mayChange(name, actor);
    if (!(await this.accounts.update(name, { approved: true, approved_by: actor.name }, { approved: false }))) return;
    log.log(`The account ${name} was approved by ${actor.name}`);
    this.#tell(name, 'changed');
  }

  /** Takes password and codes away, so that the name can be signed up for again; what the user has stays. @throws NotFoundError, NotAllowedError */
  async remove(name: string, actor: Actor): Promise<void> {
    await this.#mayChange(name, actor);
    await this.accounts.remove(name);
    await this.#endSessions(name);
    log.log(`The account ${name} was removed by ${actor.name}`);
    this.#tell(name, 'removed');
  }

  /**
   * Sets a password; of an account that is not there yet, it makes one that is approved.
   * @returns whether it was made
   * @throws InvalidInputError when name or password cannot be used; NotAllowedError
   */
  async setPassword(name: string, password: string, actor: Actor): Promise<boolean> {
    this.#requireInUse();
    await this.#requireRank(name, actor);
    const problem = passwordProblem(password, name, this.config.NativeAuthenticator);
    if (problem) throw new InvalidInputError(problem);
    const isNew = (await this.accounts.byName(name)) === undefined;
    if (isNew) this.#requireName(name);
    const hash = await this.passwords.hash(password);
    if (isNew) await this.accounts.insert({ name, password: hash, approved: true, approved_by: actor.name });
    else await this.accounts.update(name, { password: hash });
    await this.#endSessions(name);
    log.log(`The password of ${name} was set by ${actor.name}`);
    this.#tell(name, 'changed');
    return isNew;
  }

  /** For somebody who has lost both device and recovery codes. @throws NotFoundError, NotAllowedError */
  async resetSecondFactor(name: string, actor: Actor): Promise<void> {
    await this.#mayChange(name, actor);
    await this.factors.remove(name);
    await this.#endSessions(name);
    log.log(`The one-time codes of ${name} were switched off by ${actor.name}`);
    this.#tell(name, 'changed');
  }

  async #mayChange(name: string, actor: Actor): Promise<void> {
    await this.get(name);
    await this.#requireRank(name, actor);
  }

  /** Whoever decides on an admin's password could be that admin. */
  async #requireRank(name: string, actor: Actor): Promise<void> {
    if (actor.admin) return;
    const user = await this.users.byName(name);
    const isListed = this.config.NativeAuthenticator.admin_users.some((admin) => this.logins.accountOf(admin) === name);
    const isAdmin = isListed || (user !== undefined && fromDbBoolean(user.admin));
    if (isAdmin) throw new NotAllowedError('Only admins can change the accounts of admins');
  }

  #requireName(name: string): void {
    const meant = this.logins.accountOf(name);
    const problem = name === meant ? usernameProblem(name, this.config.NativeAuthenticator) : `whoever logs in with it is called ${JSON.stringify(meant)}`;
    if (problem) throw new InvalidInputError(`cannot make an account for ${JSON.stringify(name)}: because ${problem}`);
  }

  #requireInUse(): void {
    if (!usesNative(this.config)) throw new NotFoundError('JupyterHub.authenticator_class is not native: there are no such accounts');
  }

  async #endSessions(name: string): Promise<void> {
    const user = await this.users.byName(name);
    if (user) await this.sessions.endAll(user);
  }

  #tell(user: string, change: Change): void {
    this.news.tell({ kind: 'account', change, user });
  }
}
