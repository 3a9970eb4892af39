import { Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { toWireTime } from '../database/values.js';
import { ConflictError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { checkModel } from '../http/model-check.js';
import { cullWarningRequestSchema, type ServerActivityModel } from './culling.schema.js';
import { CullingService } from './culling.service.js';

const below = (end: string) => [`:user/server/${end}`, `:user/servers/:server/${end}`];

/** What is known of a server's use, and the warning before it is stopped for want of it. */
@ApiController('users')
export class ServerActivityController {
  constructor(private readonly culling: CullingService) {}

  @Get(below('activity'))
  @NeedsScope('read:users:activity')
  @Describe({ summary: 'Who saw a server in use, when, and whether a culler stops it and why', answers: { 200: 'ServerActivity' } })
  about(@Param('user') user: string, @Param('server') server = ''): Promise<ServerActivityModel> {
    return this.culling.about(user, server);
  }

  @Put(below('cull-warning'))
  @HttpCode(200)
  @NeedsScope('delete:servers')
  @Describe({ summary: 'Tell the owner of a server that it is going to be stopped', body: 'CullWarningRequest', answers: { 200: 'CullWarning' }, errors: [409] })
  async warn(@Param('user') user: string, @Param('server') server = '', @LazyBody() body: RequestBody) {
    const request = checkModel('warning', cullWarningRequestSchema, body.json());
    const warning = await this.culling.warn(user, server, request);
    if (!warning) throw new ConflictError(`cannot warn of a stop of ${user}/${server}: because it was in use meanwhile`);
    return { at: toWireTime(warning.at), reason: warning.reason };
  }

  @Delete(below('cull-warning'))
  @HttpCode(204)
  @NeedsScope('delete:servers')
  @Describe({ summary: 'Take such a warning back', answers: { 204: null } })
  withdraw(@Param('user') user: string, @Param('server') server = ''): Promise<void> {
    return this.culling.withdraw(user, server);
  }
}
