import { Delete, Get, HttpCode, Inject, Param, Req } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import type { HubRequest } from '../http/hub-request.js';
import { enveloped, pageRequest } from '../http/pagination.js';
import { shareModel } from './share.model.js';
import { DEFAULT_SERVER } from './shared-server.js';
import { SharesService } from './shares.service.js';

const SHARE = [':owner/:server', `:owner/${DEFAULT_SERVER}`];

/** What is shared with a user; the list includes what reaches them by their groups. */
@ApiController('users/:user/shared')
export class UserSharesController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly shares: SharesService,
  ) {}

  @Get()
  @NeedsScope('read:users:shares')
  @Describe({ summary: 'What others share with a user', answers: { 200: { envelopeOf: 'Share' } } })
  async list(@Param('user') name: string, @Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { shares, total } = await this.shares.list({ userId: (await this.shares.receiver('user', name)).id }, page);
    return enveloped(shares.map((share) => shareModel(share, this.urls)), total, page);
  }

  @Get(SHARE)
  @NeedsScope('read:users:shares')
  @Describe({ summary: 'One share', answers: { 200: 'Share' } })
  async get(@Param('user') name: string, @Param('owner') owner: string, @Param('server') server = '') {
    return shareModel(await this.shares.received(await this.shares.receiver('user', name), owner, server), this.urls);
  }

  @Delete(SHARE)
  @HttpCode(204)
  @NeedsScope('users:shares')
  @Describe({ summary: 'Leave a share', answers: { 204: null } })
  async leave(@Param('user') name: string, @Param('owner') owner: string, @Param('server') server = ''): Promise<void> {
    await this.shares.leave(await this.shares.receiver('user', name), owner, server);
  }
}

/** What is shared with a group. */
@ApiController('groups/:group/shared')
export class GroupSharesController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly shares: SharesService,
  ) {}

  @Get()
  @NeedsScope('read:groups:shares')
  @Describe({ summary: 'What others share with a group', answers: { 200: { envelopeOf: 'Share' } } })
  async list(@Param('group') name: string, @Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { shares, total } = await this.shares.list({ groupId: (await this.shares.receiver('group', name)).id }, page);
    return enveloped(shares.map((share) => shareModel(share, this.urls)), total, page);
  }

  @Get(SHARE)
  @NeedsScope('read:groups:shares')
  @Describe({ summary: 'One share', answers: { 200: 'Share' } })
  async get(@Param('group') name: string, @Param('owner') owner: string, @Param('server') server = '') {
    return shareModel(await this.shares.received(await this.shares.receiver('group', name), owner, server), this.urls);
  }

  @Delete(SHARE)
  @HttpCode(204)
  @NeedsScope('groups:shares')
  @Describe({ summary: 'Leave a share', answers: { 204: null } })
  async leave(@Param('group') name: string, @Param('owner') owner: string, @Param('server') server = ''): Promise<void> {
    await this.shares.leave(await this.shares.receiver('group', name), owner, server);
  }
}
