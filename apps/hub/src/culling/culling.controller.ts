import { Get, HttpCode, Put } from '@nestjs/common';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import type { Caller } from '../identity/caller.js';
import { Cullers } from './cullers.js';
import { cullersModel } from './culling.model.js';
import { type CullersModel, cullerReportSchema } from './culling.schema.js';
import { CullingService } from './culling.service.js';

/** Cullers tell the hub by which policy they stop servers, so that it can say why a server is stopped or kept. */
@ApiController('culling')
export class CullingController {
  constructor(
    private readonly culling: CullingService,
    private readonly cullers: Cullers,
  ) {}

  @Get()
  @NeedsScope('read:hub')
  @Describe({ summary: 'Cullers that have reported, and their policies', answers: { 200: 'Cullers' } })
  list(): CullersModel {
    return cullersModel({ cullers: this.cullers.all(), since: this.cullers.since, now: Date.now() });
  }

  @Put()
  @HttpCode(200)
  @NeedsScope('delete:servers')
  @Describe({ summary: 'Begin a round of culling by a policy; the hub asks the proxy for the latest traffic', body: 'CullerReport', answers: { 200: 'Cullers' } })
  async begin(@LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<CullersModel> {
    await this.culling.beginRound(`${caller.kind} ${caller.name}`, checkModel('culler', cullerReportSchema, body.json()));
    return this.list();
  }
}
