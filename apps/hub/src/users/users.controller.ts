import { Delete, Get, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import { z } from 'zod';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { UserRow } from '../database/tables.js';
import { InvalidInputError } from '../errors.js';
import { NeedsScope, NeedsScopeForList } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { noteForAudit } from '../http/audit-note.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import { pageRequest, paginated } from '../http/pagination.js';
import { AuthStates } from '../identity/auth-states.js';
import type { Caller } from '../identity/caller.js';
import { includesStopped, STOPPED_QUERY, userListQuery } from './user-list-query.js';
import { userModel } from './user.model.js';
import { UsersService } from './users.service.js';

const userBody = z.object({
  name: z.string().optional(),
  admin: z.boolean().optional(),
  groups: z.array(z.unknown()).optional(),
  roles: z.array(z.unknown()).optional(),
  auth_state: z.record(z.string(), z.unknown()).optional(),
});
const MOST_NAMES = 10_000;
const usersBody = userBody.extend({ usernames: z.array(z.string()).max(MOST_NAMES) });

const READ_SCOPES = ['read:users', 'read:users:name', 'read:servers', 'read:users:groups', 'read:users:activity', 'read:roles:users'];

const LIST_QUERY = {
  state: 'active, ready, inactive or failed: with a server that did not start',
  name_filter: 'Part of the name',
  sort: 'id, name or last_activity; a leading - turns it around',
  ...STOPPED_QUERY,
};

@ApiController('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly authStates: AuthStates,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  @Get()
  @NeedsScopeForList('list:users')
  @Describe({ summary: 'List users', query: LIST_QUERY, answers: { 200: { pageOf: 'User' } } })
  async list(@Req() request: HubRequest, @CurrentCaller() caller: Caller) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { facts, total } = await this.users.list(userListQuery(page, caller.parsed), includesStopped(page.query));
    const models = facts.map((one) => userModel(one, caller.parsed)).filter((model) => model !== undefined);
    return paginated(models, total, page);
  }

  @Post()
  @NeedsScope('admin:users')
  @Describe({ summary: 'Make several users', body: usersBody, answers: { 201: { listOf: 'User' } }, errors: [409] })
  async createMany(@LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const json = body.json();
    if (!hasNames(json)) throw new InvalidInputError('Must specify at least one user to create');
    const { usernames, admin = false } = checkModel('user', usersBody, json);
    const rows = await this.users.createMany(usernames, admin, caller);
    return (await this.users.facts(rows)).map((one) => userModel(one, caller.parsed));
  }

  @Get(':user')
  @NeedsScope(...READ_SCOPES)
  @Describe({ summary: 'One user, as far as the scopes go', query: STOPPED_QUERY, answers: { 200: 'User' } })
  async get(@Param('user') name: string, @Req() request: HubRequest, @CurrentCaller() caller: Caller) {
    const row = await this.users.get(name);
    const includeStopped = includesStopped(new URLSearchParams(request.url.split('?')[1]));
    return this.#withAuthState(await this.#model(row, caller, includeStopped), row);
  }

  @Post(':user')
  @NeedsScope('admin:users')
  @Describe({ summary: 'Make a user', body: userBody, optionalBody: true, answers: { 201: 'User' }, errors: [409] })
  async create(@Param('user') name: string, @Req() request: HubRequest, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const json = body.json();
    await this.users.requireAbsent(name);
    const { admin = false } = json ? checkModel('user', userBody, json) : {};
    const row = await this.users.create(name, admin, caller);
    noteForAudit(request, { targetUserId: row.id });
    return this.#model(row, caller);
  }

  @Patch(':user')
  @NeedsScope('admin:users')
  @Describe({ summary: 'Rename a user, or make them an admin', body: userBody, answers: { 200: 'User' } })
  async modify(@Param('user') name: string, @Req() request: HubRequest, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const row = await this.users.get(name);
    noteForAudit(request, { targetUserId: row.id });
    const { name: newName, admin, auth_state, groups, roles } = checkModel('user', userBody, body.json());
    if (groups ?? roles) throw new InvalidInputError('cannot change groups or roles here: groups have routes of their own, roles come from the config');
    const changes = {
      ...(newName !== undefined && { name: newName }),
      ...(admin !== undefined && { admin }),
      ...(auth_state && { encrypted_auth_state: this.authStates.sealed(auth_state) }),
    };
    const changed = await this.users.modify(row, changes, caller);
    return this.#withAuthState(await this.#model(changed, caller), changed);
  }

  @Delete(':user')
  @HttpCode(204)
  @NeedsScope('delete:users')
  @Describe({ summary: 'Stop the servers of a user and delete the user', answers: { 204: null }, errors: [400] })
  async remove(@Param('user') name: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.users.remove(await this.users.get(name), caller);
  }

  /** Fills in what lists leave empty, for callers who may see it. */
  async #withAuthState(model: Record<string, unknown>, row: UserRow): Promise<Record<string, unknown>> {
    return 'auth_state' in model ? { ...model, auth_state: await this.authStates.of(row) } : model;
  }

  async #model(row: UserRow, caller: Caller, includeStopped = false) {
    return userModel(await this.users.factsOf(row, includeStopped), caller.parsed) ?? {};
  }
}

function hasNames(json: unknown): json is { usernames: unknown } {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return false;
  const { usernames } = json as { usernames?: unknown };
  return Array.isArray(usernames) ? usernames.length > 0 : Boolean(usernames);
}
