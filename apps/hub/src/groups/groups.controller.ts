import { Delete, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { ParsedScopes } from '#scopes';
import { z } from 'zod';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { GroupRow } from '../database/tables.js';
import { InvalidInputError, NotAllowedError } from '../errors.js';
import { NeedsScope, NeedsScopeForList } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import { pageRequest, paginated } from '../http/pagination.js';
import type { Caller } from '../identity/caller.js';
import { groupModel } from './group.model.js';
import { GroupsService } from './groups.service.js';

const MOST_NAMES = 10_000;
const names = z.array(z.string()).max(MOST_NAMES);
const groupBody = z.object({ name: z.string().optional(), users: names.optional(), roles: z.array(z.unknown()).optional() });
const groupsBody = groupBody.extend({ groups: names });

@ApiController('groups')
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  @Get()
  @NeedsScopeForList('list:groups')
  @Describe({ summary: 'List groups', answers: { 200: { pageOf: 'Group' } } })
  async list(@Req() request: HubRequest, @CurrentCaller() caller: Caller) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { facts, total } = await this.groups.list(listable(caller.parsed), page.offset, page.limit);
    return paginated(facts.map((one) => groupModel(one, caller.parsed)).filter((model) => model !== undefined), total, page);
  }

  @Post()
  @NeedsScope('admin:groups')
  @Describe({ summary: 'Make several groups', body: groupsBody, answers: { 201: { listOf: 'Group' } }, errors: [409] })
  async createMany(@LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const json = body.json() as { groups?: unknown } | null;
    if (!Array.isArray(json?.groups) || json.groups.length === 0) throw new InvalidInputError('Must specify at least one group to create');
    const { groups, users = [] } = checkModel('group', groupsBody, json);
    const rows = await this.groups.createMany(groups, users);
    return (await this.groups.facts(rows)).map((one) => groupModel(one, caller.parsed));
  }

  @Get(':group')
  @NeedsScope('read:groups', 'read:groups:name', 'read:roles:groups')
  @Describe({ summary: 'One group', answers: { 200: 'Group' } })
  async get(@Param('group') name: string, @CurrentCaller() caller: Caller) {
    return this.#model(await this.groups.get(name), caller);
  }

  @Post(':group')
  @NeedsScope('admin:groups')
  @Describe({ summary: 'Make a group', body: groupBody, optionalBody: true, answers: { 201: 'Group' }, errors: [409] })
  async create(@Param('group') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const json = body.json();
    await this.groups.requireAbsent(name);
    const { users = [] } = json === null ? {} : checkModel('group', groupBody, json);
    return this.#model(await this.groups.create(name, users), caller);
  }

  @Delete(':group')
  @HttpCode(204)
  @NeedsScope('delete:groups')
  @Describe({ summary: 'Delete a group', answers: { 204: null } })
  async remove(@Param('group') name: string): Promise<void> {
    await this.groups.remove(await this.groups.get(name));
  }

  @Post(':group/users')
  @HttpCode(200)
  @NeedsScope('groups')
  @Describe({ summary: 'Add members', body: groupBody, answers: { 200: 'Group' } })
  async addMembers(@Param('group') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const group = await this.groups.get(name);
    await this.groups.addMembers(group, memberNames(body.json(), 'add'));
    return this.#model(group, caller);
  }

  @Delete(':group/users')
  @NeedsScope('groups')
  @Describe({ summary: 'Remove members', body: groupBody, answers: { 200: 'Group' } })
  async removeMembers(@Param('group') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const group = await this.groups.get(name);
    await this.groups.removeMembers(group, memberNames(body.json(), 'delete'));
    return this.#model(group, caller);
  }

  @Put(':group/properties')
  @NeedsScope('groups')
  @Describe({ summary: 'Replace the properties', body: 'GroupProperties', answers: { 200: 'Group' } })
  async setProperties(@Param('group') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const group = await this.groups.get(name);
    const properties = body.json();
    if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) throw new InvalidInputError('Must specify properties');
    await this.groups.setProperties(group, properties);
    return this.#model(await this.groups.get(name), caller);
  }

  async #model(row: GroupRow, caller: Caller) {
    const [facts] = await this.groups.facts([row]);
    return groupModel(facts!, caller.parsed) ?? {};
  }
}

function memberNames(json: unknown, what: 'add' | 'delete'): string[] {
  const { users } = checkModel('group', groupBody, json);
  if (!users) throw new InvalidInputError(`Must specify users to ${what}`);
  return users;
}

function listable(scopes: ParsedScopes): string[] | undefined {
  const filters = scopes.get('list:groups');
  if (filters === 'all' || filters === undefined) return undefined;
  if ([...filters.keys()].some((kind) => kind !== 'group')) throw new NotAllowedError('Forbidden');
  return [...(filters.get('group') ?? [])];
}
