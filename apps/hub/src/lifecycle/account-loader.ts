import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ScopeDefinitions, ScopeError, validateRoleName, validateRoleScopes } from '#scopes';
import { isListed } from '../authenticators/account-names.js';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { DATABASE, type Database } from '../database/database.js';
import { InvalidInputError, messageOf, StartupError } from '../errors.js';
import { ManagedRolesRepository } from '../identity/managed-roles.repository.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { forEachBounded } from '../proxy/drivers/bounded.js';
import { UsersRepository } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';

const AT_A_TIME = 10;

const log = new Logger('users');

/** What the authenticator has to say at a start: roles of its own, and who cannot be a user any more (reference hub-behaviour 4.1, 4.2). */
@Injectable()
export class AccountLoader {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly managedRoles: ManagedRolesRepository,
    private readonly users: UsersService,
    private readonly rows: UsersRepository,
  ) {}

  /** @throws StartupError when the config wants from the authenticator what it cannot tell */
  async loadRoles(): Promise<void> {
    const { manage_groups, manage_roles, reset_managed_roles_on_startup } = authenticatorTraits(this.config);
    const cannot = (trait: string, what: string) => new StartupError(`cannot use Authenticator.${trait}: because this authenticator does not tell people's ${what}`);
    if (manage_groups && !this.authenticator.tellsGroups) throw cannot('manage_groups', 'groups');
    if (manage_roles && !this.authenticator.tellsRoles) throw cannot('manage_roles', 'roles');
    if (reset_managed_roles_on_startup) await this.managedRoles.forgetAll();
    if (manage_roles) await this.#define((await this.authenticator.managedRoles?.()) ?? []);
  }

  /** Makes accounts that are missing, or removes people who have none: only where the config asks for one of these. */
  async checkUsers(): Promise<void> {
    const traits = authenticatorTraits(this.config);
    const { delete_invalid_users, blocked_users } = traits;
    const makesAccounts = 'create_system_users' in traits && traits.create_system_users === true;
    if (!this.authenticator.addUser || !(delete_invalid_users || makesAccounts)) return;
    const spelling = { config: this.config, authenticator: this.authenticator };
    const all = (await this.db('users').orderBy('id').pluck('name')) as string[];
    const names = all.filter((name) => !isListed(blocked_users, name, spelling));
    const invalid: string[] = [];
    await forEachBounded(names, AT_A_TIME, async (name) => void ((await this.#isInvalid(name)) && invalid.push(name)));
    if (delete_invalid_users) await this.#remove(invalid, names.length);
  }

  async #isInvalid(name: string): Promise<boolean> {
    try {
      await this.users.prepare([name]);
      return false;
    } catch (error) {
      log.error(`The user ${name} in the database cannot be used: ${messageOf(error)}`);
      // what went wrong in another way says nothing about the account
      return error instanceof InvalidInputError;
    }
  }

  async #remove(names: readonly string[], of: number): Promise<void> {
    if (names.length === of && of > 1) {
      log.error(`Not one of the ${of} users in the database has an account: nobody is removed, because the directory of accounts may just be away`);
      return;
    }
    for (const name of names) {
      const row = await this.rows.byName(name);
      if (row) await this.users.erase(row);
    }
  }

  async #define(roles: Parameters<ManagedRolesRepository['define']>[0]): Promise<void> {
    try {
      for (const { name, scopes = [] } of roles) {
        validateRoleName(name);
        validateRoleScopes(name, scopes, this.definitions);
      }
    } catch (error) {
      throw error instanceof ScopeError ? new StartupError(`cannot load the roles of the authenticator: because ${error.message}`, { cause: error }) : error;
    }
    await this.managedRoles.define(roles);
  }
}
