import { Injectable } from '@nestjs/common';
import { OAuthClients } from '../identity/oauth-clients.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { ServicesService } from '../services/services.service.js';
import { AccountLoader } from './account-loader.js';
import { MembersLoader } from './members-loader.js';
import { RoleLoader } from './role-loader.js';
import { TokenLoader } from './token-loader.js';

/** Brings the database in line with the config: who there is and what they may do, in the order of reference hub-behaviour 5.4. */
@Injectable()
export class Population {
  constructor(
    private readonly clients: OAuthClients,
    private readonly roles: RoleLoader,
    private readonly members: MembersLoader,
    private readonly accounts: AccountLoader,
    private readonly services: ServicesService,
    private readonly tokens: TokenLoader,
    private readonly cache: IdentityCache,
  ) {}

  /** @throws StartupError naming the part of the config that cannot be carried out */
  async load(): Promise<void> {
    await this.clients.ensureApiClient();
    await this.accounts.loadRoles();
    await this.loadMembers(async () => {
      await this.services.load();
      await this.tokens.load();
    });
    await this.accounts.checkUsers();
  }

  /**
   * Users, groups and roles alone.
   * @param others makes what else roles are given to, once the groups are there
   * @throws StartupError as `load`
   */
  async loadMembers(others: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const roles = await this.roles.define();
    await this.members.loadUsers();
    await this.members.loadGroups();
    await others();
    await this.roles.assign(roles);
    await this.members.stripBlocked();
    this.cache.bump();
  }

  /** Users and roles alone: enough to make a token for somebody, without touching the services of a running hub. */
  async loadUsers(): Promise<void> {
    await this.clients.ensureApiClient();
    if (await this.roles.noneDefined()) await this.roles.define();
    await this.members.loadUsers();
  }
}
