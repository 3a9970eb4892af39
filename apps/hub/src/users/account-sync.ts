import { Inject, Injectable } from '@nestjs/common';
import { type ScopeDefinitions, validateRoleName, validateRoleScopes } from '#scopes';
import { authenticatorTraits } from '../authenticators/allowed.js';
import type { AuthModel } from '../authenticators/authenticator.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { UserRow } from '../database/tables.js';
import { fromDbBoolean, toDbJson } from '../database/values.js';
import { HubError } from '../errors.js';
import { AuthStates } from '../identity/auth-states.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { ManagedRolesRepository } from '../identity/managed-roles.repository.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { MembershipsRepository } from './memberships.repository.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Brings a user in line with what their authenticator said of them: the second half of reference hub-behaviour 4.3, in its order. */
@Injectable()
export class AccountSync {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly users: UsersService,
    private readonly rows: UsersRepository,
    private readonly roles: RolesRepository,
    private readonly managedRoles: ManagedRolesRepository,
    private readonly memberships: MembershipsRepository,
    private readonly authStates: AuthStates,
    private readonly cache: IdentityCache,
  ) {}

  /**
   * Makes the user if they are new.
   * @throws InvalidInputError when they cannot be one (no account on this machine); HubError for a model that lacks groups or roles
   */
  async apply(model: AuthModel): Promise<UserRow> {
    this.#requireComplete(model);
    const user = await this.#user(model);
    await this.#syncAdmin(user, model.admin);
    const hasChanged = (await this.#syncGroups(user, model)) || (await this.#syncRoles(user, model));
    await this.authStates.renew(user, model.authState);
    if (model.userInfo) await this.rows.update(user.id, { user_info: toDbJson(model.userInfo) });
    this.cache.bump();
    if (hasChanged) this.users.tell(user.name, 'changed');
    return user;
  }

  /** Found out before anything is written, so that nothing is half done. */
  #requireComplete({ name, groups, roles }: AuthModel): void {
    const { manage_groups, manage_roles } = authenticatorTraits(this.config);
    if (manage_groups && groups === undefined) throw new HubError(`cannot log ${name} in: because Authenticator.manage_groups is on and the authenticator told no groups`);
    if (manage_roles && roles === undefined) throw new HubError(`cannot log ${name} in: because Authenticator.manage_roles is on and the authenticator told no roles`);
    for (const role of roles ?? []) {
      validateRoleName(role.name);
      validateRoleScopes(role.name, role.scopes ?? [], this.definitions);
    }
  }

  async #user({ name, admin = false }: AuthModel): Promise<UserRow> {
    await this.users.prepare([name]);
    return (await this.rows.byName(name)) ?? (await this.users.insert([{ name, admin }]))[0]!;
  }

  async #syncAdmin(user: UserRow, admin: boolean | undefined): Promise<void> {
    const was = fromDbBoolean(user.admin);
    const wanted = admin ?? was;
    if (wanted !== was) await this.rows.update(user.id, { admin: wanted });
    await this.roles.syncDefaults({ kind: 'user', id: user.id, admin: wanted });
    if (wanted !== was) this.users.tell(user.name, 'changed');
  }

  async #syncGroups(user: UserRow, { groups }: AuthModel): Promise<boolean> {
    if (!authenticatorTraits(this.config).manage_groups || !groups) return false;
    return this.memberships.replace(user.id, groups);
  }

  async #syncRoles(user: UserRow, { roles }: AuthModel): Promise<boolean> {
    if (!authenticatorTraits(this.config).manage_roles || !roles) return false;
    await this.managedRoles.replace(user.id, roles);
    return true;
  }
}
