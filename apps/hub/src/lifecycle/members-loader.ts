import { Inject, Injectable } from '@nestjs/common';
import { accountName, type Spelling } from '../authenticators/account-names.js';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { usernameProblem } from '../authenticators/usernames.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { GroupsService } from '../groups/groups.service.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';

/** Users and groups that the config names: made when missing. */
@Injectable()
export class MembersLoader {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly users: UsersService,
    private readonly userRows: UsersRepository,
    private readonly groups: GroupsService,
    private readonly roles: RolesRepository,
  ) {}

  /** @throws StartupError for a name in another config that cannot be used */
  check(config: HubConfig): void {
    const { load_roles, load_groups } = config.JupyterHub;
    const { admin_users, allowed_users } = authenticatorTraits(config);
    const members = [...load_roles, ...Object.values(load_groups)].flatMap(({ users = [] }) => users);
    requireNames([...admin_users, ...allowed_users, ...members], { config, authenticator: this.authenticator });
  }

  /** Admins first, so that their flag is there before roles are given by it. */
  async loadUsers(): Promise<void> {
    const { admin_users, allowed_users } = authenticatorTraits(this.config);
    await this.roles.raiseAdmins(await this.userIds(admin_users));
    await this.userIds(allowed_users);
  }

  /** Blocked people keep their account, and nothing that goes with it. */
  async stripBlocked(): Promise<void> {
    const blocked = await this.userRows.existing(normalized(authenticatorTraits(this.config).blocked_users, this.#spelling));
    await this.roles.stripBlocked(blocked.map((row) => row.id));
  }

  /** Adds members and replaces properties; nobody is taken out of a group. */
  async loadGroups(): Promise<void> {
    for (const [name, { users = [], properties }] of Object.entries(this.config.JupyterHub.load_groups)) {
      await this.userIds(users);
      const group = (await this.groups.find(name)) ?? (await this.groups.create(name, []));
      await this.groups.addMembers(group, users);
      if (properties) await this.groups.setProperties(group, properties);
    }
  }

  /**
   * Ids of users by name; those that are new are made.
   * @throws StartupError for a name that cannot be used
   */
  async userIds(names: readonly string[]): Promise<number[]> {
    const wanted = normalized(names, this.#spelling);
    const existing = await this.userRows.existing(wanted);
    const known = new Set(existing.map((row) => row.name));
    const missing = wanted.filter((name) => !known.has(name));
    requireNames(missing, this.#spelling);
    const made = await this.users.insert(missing.map((name) => ({ name, admin: false })));
    return [...existing, ...made].map((row) => row.id);
  }

  async groupIds(names: readonly string[]): Promise<number[]> {
    const ids: number[] = [];
    for (const name of names) ids.push(((await this.groups.find(name)) ?? (await this.groups.create(name, []))).id);
    return ids;
  }

  get #spelling(): Spelling {
    return { config: this.config, authenticator: this.authenticator };
  }
}

const normalized = (names: readonly string[], spelling: Spelling): string[] => [...new Set(names.map((name) => accountName(name, spelling)))];

function requireNames(names: readonly string[], spelling: Spelling): void {
  for (const name of normalized(names, spelling)) {
    const problem = usernameProblem(name, authenticatorTraits(spelling.config));
    if (problem) throw new StartupError(`cannot use the user name ${JSON.stringify(name)} in the config: because ${problem}`);
  }
}
