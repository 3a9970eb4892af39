import { Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NotAllowedError, NotFoundError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { EventStreams } from '../http/event-streams.js';
import { hookHandler } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { LoginFreshness } from '../identity/login-freshness.js';
import { activityReport } from './activity-report.js';
import { withoutDetail } from './progress.js';
import { type ServerModel, withoutInternals } from './server.model.js';
import { ServerChanges } from './server-changes.js';
import type { ServerOwner } from './server-record.js';
import { changeRequest, startRequest, stopRequest } from './server-request.js';
import { ServersRepository } from './servers.repository.js';
import { ServersService } from './servers.service.js';

const SERVER = [':user/server', ':user/servers/:server'];
const PROGRESS = SERVER.map((path) => `${path}/progress`);

/** Servers of users: `users/NAME/server` is the default one, `users/NAME/servers/SERVER` a named one. */
@ApiController('users')
export class ServersController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly servers: ServersService,
    private readonly changes: ServerChanges,
    private readonly repository: ServersRepository,
    private readonly scopes: ScopeCheck,
    private readonly streams: EventStreams,
    private readonly freshness: LoginFreshness,
  ) {}

  @Get(SERVER)
  @NeedsScope('read:servers')
  @Describe({ summary: 'One server', answers: { 200: 'Server' } })
  async get(@Param('user') userName: string, @Param('server') server = '', @CurrentCaller() caller: Caller) {
    return this.#shown(await this.#user(userName), server, caller);
  }

  @Post(SERVER)
  @NeedsScope('start:servers')
  @Describe({
    summary: 'Start a server: 201 ready, 202 on its way',
    body: 'ServerRequest',
    optionalBody: true,
    answers: { 201: null, 202: null },
    errors: [429, 500],
  })
  async start(@Param('user') userName: string, @Param('server') server = '', @LazyBody() body: RequestBody, @Req() request: HubRequest, @Res() reply: HubReply) {
    const user = await this.#user(userName);
    const state = await this.servers.start(user, server, { ...startRequest(body.json()), handler: hookHandler(request, this.config) });
    await reply.status(state === 'ready' ? 201 : 202).type('text/plain').send('');
  }

  @Put(SERVER)
  @HttpCode(201)
  @NeedsScope('start:servers')
  @Describe({ summary: 'Make a server without starting it', body: 'ServerRequest', optionalBody: true, answers: { 201: 'Server' }, errors: [409] })
  async create(@Param('user') userName: string, @Param('server') server = '', @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller, @Req() request: HubRequest) {
    const user = await this.#user(userName);
    await this.changes.requireAbsent(user, server);
    await this.changes.create(user, server, startRequest(body.json()), hookHandler(request, this.config));
    return this.#shown(user, server, caller);
  }

  @Patch(SERVER)
  @NeedsScope('start:servers')
  @Describe({ summary: 'Change name, display name or options of a stopped server', body: 'ServerChange', answers: { 200: 'Server' }, errors: [409] })
  async modify(@Param('user') userName: string, @Param('server') server = '', @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller, @Req() request: HubRequest) {
    const user = await this.#user(userName);
    const name = await this.changes.change(user, server, changeRequest(body.json()), hookHandler(request, this.config));
    return this.#shown(user, name, caller);
  }

  @Delete(SERVER)
  @NeedsScope('delete:servers')
  @Describe({ summary: 'Stop a server: 204 stopped, 202 stopping', body: 'StopRequest', optionalBody: true, answers: { 202: null, 204: null } })
  async stop(@Param('user') userName: string, @Param('server') server = '', @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller, @Res() reply: HubReply) {
    const user = await this.#user(userName);
    await this.freshness.requireForStop(user, caller.kind === 'user' && caller.id === user.id);
    const state = await this.servers.stop(user, server, { ...stopRequest(body.json()), cause: { code: 'asked', by: `${caller.kind} ${caller.name}` } });
    if (state === 'stopped') await reply.status(204).send();
    else await reply.status(202).type('text/plain').send('');
  }

  @Get(PROGRESS)
  @NeedsScope('read:servers')
  @Describe({
    summary: 'The events of a start: each is `data: ` and a ProgressEvent',
    answers: { 200: { text: 'text/event-stream' } },
    errors: [400],
  })
  async progress(@Param('user') userName: string, @Param('server') server = '', @CurrentCaller() caller: Caller, @Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const user = await this.#user(userName);
    const seesAll = await this.#mayReadInternals(caller, user, server);
    const all = (signal: AbortSignal) => this.servers.progress(user, server, signal);
    await this.streams.send(request, reply, { events: ({ signal }) => (seesAll ? all(signal) : withoutDetail(all(signal))) });
  }

  @Post(':user/activity')
  @HttpCode(200)
  @NeedsScope('users:activity')
  @Describe({ summary: 'Report that a user, or servers of theirs, were active', body: 'ActivityReport', answers: { 200: null } })
  async activity(@Param('user') userName: string, @LazyBody() body: RequestBody): Promise<void> {
    const user = await this.#user(userName);
    await this.changes.report(user, activityReport(body.json()));
  }

  /** Deprecated in JupyterHub; the setting that would allow it is not known here. */
  @Post(':user/admin-access')
  @NeedsScope('servers')
  @Describe({ summary: 'Always refused; deprecated in JupyterHub', answers: {} })
  adminAccess(): never {
    throw new NotAllowedError('admin access to user servers disabled');
  }

  async #user(name: string): Promise<ServerOwner> {
    const user = await this.repository.findUser(name);
    if (!user) throw new NotFoundError(`No such user: '${name}'`);
    return user;
  }

  async #shown(user: ServerOwner, server: string, caller: Caller): Promise<Partial<ServerModel>> {
    const model = await this.servers.one(user, server);
    if (!model) throw new NotFoundError(`${user.name} has no server named '${server}'`);
    return (await this.#mayReadInternals(caller, user, server)) ? model : withoutInternals(model);
  }

  #mayReadInternals(caller: Caller, user: ServerOwner, server: string): Promise<boolean> {
    return this.scopes.holds(caller, ['admin:server_state'], { kind: 'server', name: `${user.name}/${server}` });
  }
}
