import { Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
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
import { newShareCodeModel, shareCodeModel } from './share-code.model.js';
import { ShareCodesService } from './share-codes.service.js';
import { shareCodeBody, shareCodeRequest } from './share-request.js';
import { DEFAULT_SERVER, type OnServers } from './shared-server.js';
import { SharesService } from './shares.service.js';

const SERVER = [':server', DEFAULT_SERVER];

const ONE_CODE = { code: 'The secret of one code', id: 'The id of one code' };

/** Codes by which servers are shared; addressed as `shares` are. */
@ApiController('share-codes/:user')
export class ShareCodesController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly shares: SharesService,
    private readonly codes: ShareCodesService,
  ) {}

  @Get()
  @NeedsScope('read:shares')
  @Describe({ summary: 'Share codes for the servers of somebody', answers: { 200: { envelopeOf: 'ShareCode' } } })
  async ofOwner(@Param('user') owner: string, @Req() request: HubRequest) {
    return this.#list(request, { ownerId: await this.shares.ownerId(owner) });
  }

  @Get(SERVER)
  @NeedsScope('read:shares')
  @Describe({ summary: 'Share codes for a server', answers: { 200: { envelopeOf: 'ShareCode' } } })
  async ofServer(@Param('user') owner: string, @Param('server') server = '', @Req() request: HubRequest) {
    return this.#list(request, { serverId: (await this.shares.server(owner, server)).id });
  }

  @Post(SERVER)
  @HttpCode(200)
  @NeedsScope('shares')
  @Describe({ summary: 'Make a share code', body: shareCodeBody, optionalBody: true, answers: { 200: 'NewShareCode' } })
  async create(@Param('user') owner: string, @Param('server') server = '', @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller) {
    const { code, secret } = await this.codes.create(owner, server, shareCodeRequest(body.json()), caller);
    return newShareCodeModel(code, secret, this.urls);
  }

  /** One code, by its secret or its id; without either, all codes of the server. */
  @Delete(SERVER)
  @HttpCode(204)
  @NeedsScope('shares')
  @Describe({ summary: 'Withdraw one share code, or all of a server', query: ONE_CODE, answers: { 204: null } })
  async remove(@Param('user') owner: string, @Param('server') server = '', @Query('code') code?: string | string[], @Query('id') id?: string | string[]) {
    if (code !== undefined) await this.codes.removeBySecret(owner, server, String(code));
    else if (id !== undefined) await this.codes.removeById(owner, server, String(id));
    else await this.codes.removeAll(owner, server);
  }

  async #list(request: HubRequest, where: OnServers) {
    const page = pageRequest(request, this.config.JupyterHub);
    const { codes, total } = await this.codes.list(where, page);
    return enveloped(codes.map((code) => shareCodeModel(code, this.urls)), total, page);
  }
}
