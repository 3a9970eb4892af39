import { Inject, Injectable, Logger } from '@nestjs/common';
import { accountName } from '../authenticators/account-names.js';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { batched, shared } from '../database/batched.js';
import { DATABASE, type Database } from '../database/database.js';
import type { UserRow } from '../database/tables.js';
import { fromDbBoolean } from '../database/values.js';
import { ConflictError, InvalidInputError, NotAllowedError, NotFoundError } from '../errors.js';
import { Activity } from '../identity/activity.js';
import type { Caller } from '../identity/caller.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { type Change, News } from '../news/news.js';
import { ServersService } from '../servers/servers.service.js';
import type { ShownUser, UserFacts } from './user.model.js';
import type { UserQuery } from './user-selection.js';
import { UsersRepository } from './users.repository.js';

const log = new Logger('users');

export interface UserChanges {
  name?: string;
  admin?: boolean;
  encrypted_auth_state?: Buffer;
}

/** What happens to users; knows no HTTP. */
@Injectable()
export class UsersService {
  readonly #page = shared(async ({ query, includeStopped }: { query: UserQuery; includeStopped: boolean }) => {
    const { rows, total } = await this.users.list(query);
    return { facts: await this.facts(rows, includeStopped), total };
  });
  readonly #factsOf = batched((rows: readonly ShownUser[]) => this.facts(rows));

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly users: UsersRepository,
    private readonly roles: RolesRepository,
    private readonly servers: ServersService,
    private readonly activity: Activity,
    private readonly cache: IdentityCache,
    private readonly news: News,
  ) {}

  /** @returns one page, and of how many users when the query counts them */
  async list(query: UserQuery, includeStopped: boolean): Promise<{ facts: readonly UserFacts[]; total: number }> {
    return this.#page({ query, includeStopped });
  }

  /** @throws NotFoundError */
  async get(name: string): Promise<UserRow> {
    const row = await this.users.byName(name);
    if (!row) throw new NotFoundError(`No such user: ${name}`);
    return row;
  }

  /** Everything the API shows of these users, in a fixed number of queries. */
  async facts(rows: readonly ShownUser[], includeStopped = false): Promise<UserFacts[]> {
    const ids = rows.map((row) => row.id);
    const [groups, roles, servers] = await Promise.all([
      this.users.groupsOf(ids),
      this.roles.namesByHolder('user', ids),
      this.servers.modelsFor(rows, { includeStopped }),
    ]);
    return rows.map((row) => ({
      row,
      groups: groups.get(row.id) ?? [],
      roles: roles.get(row.id) ?? [],
      servers: servers.get(row.id) ?? [],
      lastActivity: this.activity.latest('users', row.id, row.last_activity),
    }));
  }

  /** The same of one user. */
  async factsOf(row: ShownUser, includeStopped = false): Promise<UserFacts> {
    return includeStopped ? (await this.facts([row], true))[0]! : this.#factsOf(row);
  }

  /**
   * Creates one user under exactly this name.
   * @throws ConflictError, InvalidInputError, NotAllowedError (only admins make admins)
   */
  async create(name: string, admin: boolean, caller: Caller): Promise<UserRow> {
    requireAdminToGrant(admin, caller);
    const problem = usernameProblem(name, authenticatorTraits(this.config));
    if (problem) throw new InvalidInputError(`Failed to create user: ${name}: because ${problem}`);
    await this.prepare([name]);
    const [row] = await this.insert([{ name, admin }]);
    return row!;
  }

  /** @throws ConflictError when there is such a user. */
  async requireAbsent(name: string): Promise<void> {
    if (await this.users.byName(name)) throw new ConflictError(`User ${name} already exists`);
  }

  /**
   * Creates many users; names are normalised, those that exist are passed over.
   * @returns the new users, in the order asked for
   */
  async createMany(names: readonly string[], admin: boolean, caller: Caller): Promise<UserRow[]> {
    requireAdminToGrant(admin, caller);
    const { config, authenticator } = this;
    const wanted = [...new Set(names.map((name) => accountName(name, { config, authenticator })))];
    const invalid = wanted.filter((name) => usernameProblem(name, authenticatorTraits(config)) !== undefined);
    if (invalid.length > 0) throw new InvalidInputError(`Invalid username${invalid.length > 1 ? 's' : ''}: ${invalid.join(', ')}`);
    const existing = new Set((await this.users.existing(wanted)).map((row) => row.name));
    const fresh = wanted.filter((name) => !existing.has(name));
    if (fresh.length === 0) throw new ConflictError(`All ${names.length} users already exist`);
    await this.prepare(fresh);
    return this.insert(fresh.map((name) => ({ name, admin })));
  }

  /** Makes what people need who are to be users, or are. @throws InvalidInputError when one of them cannot be a user */
  async prepare(names: readonly string[]): Promise<void> {
    if (!this.authenticator.addUser) return;
    for (const name of names) await this.authenticator.addUser(name);
  }

  /** Inserts users with their default roles; the caller has checked the names. */
  async insert(users: readonly { name: string; admin: boolean }[]): Promise<UserRow[]> {
    const rows = await this.db.transaction(async (trx) => {
      const inserted = await this.users.insert(users, trx);
      await this.roles.grant('user', 'user', inserted.map((row) => row.id), trx);
      await this.roles.grant('admin', 'user', inserted.filter((row) => fromDbBoolean(row.admin)).map((row) => row.id), trx);
      return inserted;
    });
    this.cache.bump();
    for (const { name } of rows) this.tell(name, 'changed');
    return rows;
  }

  /**
   * Renames a user, sets the admin flag, or stores auth state that has been encrypted.
   * @throws InvalidInputError when the name is taken or no name; NotAllowedError when an admin is concerned and the caller is none
   */
  async modify(row: UserRow, changes: UserChanges, caller: Caller): Promise<UserRow> {
    if (changes.name !== undefined && changes.name !== row.name) await this.#requireRenamable(row, changes.name);
    if (!caller.admin && fromDbBoolean(row.admin)) throw new NotAllowedError('Only admins can modify other admins');
    requireAdminToGrant(changes.admin ?? false, caller);
    await this.db.transaction(async (trx) => {
      if (changes.name !== undefined && changes.name !== row.name) await this.authenticator.renameUser?.(row.name, changes.name, trx);
      await this.users.update(row.id, changes, trx);
      if (changes.admin !== undefined) await this.roles.syncDefaults({ kind: 'user', id: row.id, admin: changes.admin }, trx);
    });
    this.cache.bump();
    this.tell(changes.name ?? row.name, 'changed');
    if (changes.name !== undefined && changes.name !== row.name) {
      this.tell(row.name, 'removed');
      await this.servers.ownerRenamed({ id: row.id, name: row.name }, changes.name);
      log.log(`Renamed user ${row.name} to ${changes.name}`);
    }
    return { ...row, ...changes };
  }

  /**
   * Stops the user's servers, then deletes the user and all that belongs to them.
   * @throws InvalidInputError for the caller's own account
   */
  async remove(row: UserRow, caller: Caller): Promise<void> {
    if (caller.name === row.name) throw new InvalidInputError('Cannot delete yourself!');
    await this.erase(row);
  }

  /** The same, for somebody who cannot be a user any more. */
  async erase(row: UserRow): Promise<void> {
    await this.servers.removeAll({ id: row.id, name: row.name });
    await this.authenticator.removeUser?.(row.name);
    await this.users.delete(row.id);
    this.cache.bump();
    this.tell(row.name, 'removed');
    log.log(`Deleted user ${row.name}`);
  }

  /** Tells those who watch that a user is new, or otherwise than before, or gone. */
  tell(user: string, change: Change): void {
    this.news.tell({ kind: 'user', change, user });
  }

  /** Addresses, routes and tokens of running servers carry the old name. */
  async #requireRenamable(row: UserRow, name: string): Promise<void> {
    const active = await this.servers.modelsOf(row, { includeStopped: false });
    if (active.length > 0) throw new InvalidInputError(`cannot rename ${row.name}: because servers of ${row.name} are running; stop them first`);
    const problem = usernameProblem(name, authenticatorTraits(this.config));
    if (problem) throw new InvalidInputError(`cannot rename to ${JSON.stringify(name)}: because ${problem}`);
    if (await this.users.byName(name)) throw new InvalidInputError(`User ${name} already exists, username must be unique`);
  }
}

function requireAdminToGrant(admin: boolean, caller: Caller): void {
  if (admin && !caller.admin) throw new NotAllowedError('Only admins can grant admin permissions');
}
