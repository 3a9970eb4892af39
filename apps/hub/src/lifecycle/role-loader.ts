import { Inject, Injectable, Logger } from '@nestjs/common';
import { type LoadedRoles, loadRoles, type RolePlan, type ScopeDefinitions, ScopeError } from '#scopes';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { ServicesService } from '../services/services.service.js';
import { MembersLoader } from './members-loader.js';

const log = new Logger('roles');

/** Brings the roles of the database in line with the config, by the rules of reference hub-behaviour 5.6. */
@Injectable()
export class RoleLoader {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly roles: RolesRepository,
    private readonly members: MembersLoader,
    private readonly services: ServicesService,
  ) {}

  /**
   * Writes what each role grants; roles that are neither default nor in the config go.
   * @throws StartupError for roles that break a rule
   */
  async define(): Promise<RolePlan[]> {
    const { roles, warnings } = this.#plan();
    for (const warning of warnings) log.warn(warning);
    await this.roles.define(roles);
    return roles;
  }

  /** @throws StartupError for roles of another config that break a rule, or are given to services that it does not have */
  check(config: HubConfig): void {
    const services = config.JupyterHub.services.map(({ name }) => name);
    for (const { name: role, services: holders = [] } of this.#plan(config).roles) {
      const missing = holders.find((name) => !services.includes(name) && this.services.find(name)?.fromConfig !== false);
      if (missing !== undefined) throw noSuchService(role, missing);
    }
  }

  /** True for a database that no hub has used yet. */
  async noneDefined(): Promise<boolean> {
    return (await this.roles.count()) === 0;
  }

  /** Gives the roles to those who are listed, and takes them from everybody else. */
  async assign(plans: readonly RolePlan[]): Promise<void> {
    for (const plan of plans) {
      if (plan.users) await this.#assignUsers(plan.name, plan.users);
      if (plan.groups) await this.roles.setHolders(plan.name, 'group', await this.members.groupIds(plan.groups));
      if (plan.services) await this.#assignServices(plan.name, plan.services);
    }
    await this.roles.grantByFlag();
  }

  async #assignUsers(role: string, names: readonly string[]): Promise<void> {
    const ids = await this.members.userIds(names);
    if (role === 'admin') await this.roles.setAdminFlags('users', ids);
    await this.roles.setHolders(role, 'user', ids);
  }

  async #assignServices(role: string, names: readonly string[]): Promise<void> {
    const ids = names.map((name) => {
      const id = this.services.find(name)?.id;
      if (id === undefined) throw noSuchService(role, name);
      return id;
    });
    if (role === 'admin') await this.roles.setAdminFlags('services', ids);
    await this.roles.setHolders(role, 'service', ids);
  }

  #plan(config = this.config): LoadedRoles {
    const { load_roles, extra_user_scopes } = config.JupyterHub;
    const { admin_users, manage_roles } = authenticatorTraits(config);
    try {
      return loadRoles(load_roles, {
        definitions: this.definitions,
        extraUserScopes: extra_user_scopes,
        adminUsers: admin_users,
        managedByAuthenticator: manage_roles,
      });
    } catch (error) {
      throw error instanceof ScopeError ? new StartupError(`cannot load the roles of JupyterHub.load_roles: because ${error.message}`, { cause: error }) : error;
    }
  }
}

const noSuchService = (role: string, name: string) =>
  new StartupError(`cannot give the role ${role} to the service ${name}: because there is no such service in JupyterHub.services`);
