import { Delete, Get, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { enveloped, pageRequest } from '../http/pagination.js';
import type { Caller } from '../identity/caller.js';
import { shareModel } from './share.model.js';
import { ShareGrants } from './share-grants.js';
import { shareBody, shareRequest } from './share-request.js';
import { DEFAULT_SERVER } from './shared-server.js';
import { SharesService } from './shares.service.js';

const SERVER = [':server', DEFAULT_SERVER];

/** What somebody shares: `shares/OWNER` is all of it, `shares/OWNER/SERVER` one server, `shares/OWNER/` their default server. */
@ApiController('shares/:user')
export class SharesController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly shares: SharesService,
    private readonly grants: ShareGrants,
  ) {}

  @Get()
  @NeedsScope('read:shares')
  @Describe({ summary: 'Whom somebody shares their servers with', answers: { 200: { envelopeOf: 'Share' } } })
  async ofOwner(@Param('user') owner: string, @Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { shares, total } = await this.shares.list({ ownerId: await this.shares.ownerId(owner) }, page);
    return enveloped(shares.map((share) => shareModel(share, this.urls)), total, page);
  }

  @Get(SERVER)
  @NeedsScope('read:shares')
  @Describe({ summary: 'Whom a server is shared with', answers: { 200: { envelopeOf: 'Share' } } })
  async ofServer(@Param('user') owner: string, @Param('server') server = '', @Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { shares, total } = await this.shares.list({ serverId: (await this.shares.server(owner, server)).id }, page);
    return enveloped(shares.map((share) => shareModel(share, this.urls)), total, page);
  }

  @Post(SERVER)
  @HttpCode(200)
  @NeedsScope('shares')
  @Describe({ summary: 'Share a server with a user or group', body: shareBody, answers: { 200: 'Share' } })
  async grant(@Param('user') owner: string, @Param('server') server = '', @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    return shareModel(await this.grants.grant(owner, server, shareRequest(body.json()), caller), this.urls);
  }

  @Patch(SERVER)
  @NeedsScope('shares')
  @Describe({ summary: 'Take some of a share back', body: shareBody, answers: { 200: 'RemainingShare' } })
  async revoke(@Param('user') owner: string, @Param('server') server = '', @LazyBody() body: RequestBody) {
    const left = await this.grants.revoke(owner, server, shareRequest(body.json()));
    return left ? shareModel(left, this.urls) : {};
  }

  @Delete(SERVER)
  @HttpCode(204)
  @NeedsScope('shares')
  @Describe({ summary: 'Share a server with nobody', answers: { 204: null } })
  async revokeAll(@Param('user') owner: string, @Param('server') server = ''): Promise<void> {
    await this.grants.revokeAll(owner, server);
  }
}
