import { Inject, Injectable } from '@nestjs/common';
import { accountName } from '../authenticators/account-names.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { GroupRow } from '../database/tables.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.js';
import { IdentityCache } from '../identity/identity-cache.js';
import { RolesRepository } from '../identity/roles.repository.js';
import { type Change, News } from '../news/news.js';
import { UsersRepository } from '../users/users.repository.js';
import type { GroupFacts } from './group.model.js';
import { GroupsRepository } from './groups.repository.js';

const LONGEST_NAME = 255;

/** Groups and their members (reference rest-api 1.6). */
@Injectable()
export class GroupsService {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly groups: GroupsRepository,
    private readonly users: UsersRepository,
    private readonly roles: RolesRepository,
    private readonly cache: IdentityCache,
    private readonly news: News,
  ) {}

  /** @param names those the caller may list; undefined: all */
  async list(names: readonly string[] | undefined, offset: number, limit: number): Promise<{ facts: GroupFacts[]; total: number }> {
    const { rows, total } = await this.groups.list(names, offset, limit);
    return { facts: await this.facts(rows), total };
  }

  async find(name: string): Promise<GroupRow | undefined> {
    return this.groups.byName(name);
  }

  /** @throws NotFoundError */
  async get(name: string): Promise<GroupRow> {
    const row = await this.groups.byName(name);
    if (!row) throw new NotFoundError(`No such group: ${name}`);
    return row;
  }

  async facts(rows: readonly GroupRow[]): Promise<GroupFacts[]> {
    const ids = rows.map((row) => row.id);
    const [members, roles] = await Promise.all([this.groups.members(ids), this.roles.namesByHolder('group', ids)]);
    return rows.map((row) => ({ row, users: members.get(row.id) ?? [], roles: roles.get(row.id) ?? [] }));
  }

  /** @throws ConflictError */
  async requireAbsent(name: string): Promise<void> {
    if (await this.groups.byName(name)) throw new ConflictError(`Group ${name} already exists`);
  }

  /** As `createMany`. */
  async create(name: string, memberNames: readonly string[]): Promise<GroupRow> {
    const [row] = await this.createMany([name], memberNames);
    return row!;
  }

  /**
   * Creates groups, each with these members; a name that is there twice makes one.
   * @throws InvalidInputError, ConflictError; then nothing is made
   */
  async createMany(names: readonly string[], memberNames: readonly string[]): Promise<GroupRow[]> {
    const wanted = [...new Set(names)];
    if (wanted.some((name) => name === '' || name.length > LONGEST_NAME)) {
      throw new InvalidInputError(`cannot create a group: because its name must have 1 to ${LONGEST_NAME} characters`);
    }
    const [taken] = await this.groups.taken(wanted);
    if (taken !== undefined) throw new ConflictError(`Group ${taken} already exists`);
    const rows = await this.groups.insert(wanted, await this.#userIds(memberNames));
    this.#changed(rows);
    return rows;
  }

  async addMembers(group: GroupRow, names: readonly string[]): Promise<void> {
    await this.groups.addMembers(group.id, await this.#userIds(names));
    this.#changed([group]);
  }

  async removeMembers(group: GroupRow, names: readonly string[]): Promise<void> {
    await this.groups.removeMembers(group.id, await this.#userIds(names));
    this.#changed([group]);
  }

  async setProperties(group: GroupRow, properties: object): Promise<void> {
    await this.groups.setProperties(group.id, properties);
    this.#changed([group]);
  }

  async remove(group: GroupRow): Promise<void> {
    await this.groups.delete(group.id);
    this.#changed([group], 'removed');
  }

  #changed(groups: readonly GroupRow[], change: Change = 'changed'): void {
    this.cache.bump();
    for (const { name } of groups) this.news.tell({ kind: 'group', change, group: name });
  }

  async #userIds(names: readonly string[]): Promise<number[]> {
    const { config, authenticator } = this;
    const wanted = [...new Set(names.map((name) => accountName(name, { config, authenticator })))];
    const found = await this.users.existing(wanted);
    const known = new Set(found.map((row) => row.name));
    const missing = wanted.find((name) => !known.has(name));
    if (missing !== undefined) throw new InvalidInputError(`No such user: ${missing}`);
    return found.map((row) => row.id);
  }
}
