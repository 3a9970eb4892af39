import { Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { InvalidInputError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import { pageRequest, paginated } from '../http/pagination.js';
import type { Caller } from '../identity/caller.js';
import { nativeAccountModel } from './native-account.model.js';
import { NativeAccountsService } from './native-accounts.service.js';

const STATES: Readonly<Record<string, boolean>> = { pending: false, approved: true };
const passwordBody = z.object({ password: z.string() });

/** Elara's own routes: accounts of `NativeAuthenticator`, and who waits for one. */
@ApiController('native/accounts')
export class NativeAccountsController {
  constructor(
    private readonly accounts: NativeAccountsService,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  @Get()
  @NeedsScope('admin:users')
  @Describe({
    summary: "List accounts of the hub's own, those who signed up first before the others",
    query: { state: 'pending or approved; left out: both' },
    answers: { 200: { pageOf: 'NativeAccount' } },
    errors: [404],
  })
  async list(@Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const state = page.query.get('state') || undefined;
    if (state !== undefined && !Object.hasOwn(STATES, state)) throw new InvalidInputError(`state must be pending or approved, not '${state}'`);
    const { rows, total } = await this.accounts.list({ approved: state === undefined ? undefined : STATES[state], offset: page.offset, limit: page.limit });
    return paginated(rows.map(nativeAccountModel), total, page);
  }

  @Get(':user')
  @NeedsScope('admin:users')
  @Describe({ summary: "One account of the hub's own", answers: { 200: 'NativeAccount' } })
  async get(@Param('user') name: string) {
    return nativeAccountModel(await this.accounts.get(name));
  }

  @Delete(':user')
  @HttpCode(204)
  @NeedsScope('admin:users')
  @Describe({ summary: 'Refuse somebody who has signed up, or take a password away; the user, if there is one, stays', answers: { 204: null } })
  async remove(@Param('user') name: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.accounts.remove(name, caller);
  }

  @Post(':user/approve')
  @HttpCode(200)
  @NeedsScope('admin:users')
  @Describe({ summary: 'Let somebody in who has signed up', answers: { 200: 'NativeAccount' } })
  async approve(@Param('user') name: string, @CurrentCaller() caller: Caller) {
    await this.accounts.approve(name, caller);
    return nativeAccountModel(await this.accounts.get(name));
  }

  @Post(':user/password')
  @NeedsScope('admin:users')
  @Describe({
    summary: 'Set a password, and log the person out everywhere; makes the account if there is none',
    body: passwordBody,
    answers: { 200: 'NativeAccount', 201: 'NativeAccount' },
  })
  async setPassword(@Param('user') name: string, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: HubReply) {
    const { password } = checkModel('account', passwordBody, body.json());
    const isNew = await this.accounts.setPassword(name, password, caller);
    void reply.code(isNew ? 201 : 200);
    return nativeAccountModel(await this.accounts.get(name));
  }

  @Delete(':user/two-factor')
  @HttpCode(204)
  @NeedsScope('admin:users')
  @Describe({ summary: 'Switch the one-time codes of somebody off who has lost them', answers: { 204: null } })
  async resetSecondFactor(@Param('user') name: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.accounts.resetSecondFactor(name, caller);
  }
}
