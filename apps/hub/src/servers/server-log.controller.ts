import { Get, Inject, Param, Req, Res } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NotFoundError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LOG_QUERY, LogAnswers } from '../http/log-answers.js';
import { serverLogFile } from '../spawners/server-log.js';
import { ServersRepository } from './servers.repository.js';

/** What users' servers print. */
@ApiController('users')
export class ServerLogController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly repository: ServersRepository,
    private readonly logs: LogAnswers,
  ) {}

  @Get([':user/server/logs', ':user/servers/:server/logs'])
  @NeedsScope('read:servers:logs')
  @Describe({ summary: 'What a server prints', query: LOG_QUERY, answers: { 200: 'Log' }, errors: [400] })
  async read(@Param('user') userName: string, @Param('server') server = '', @Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const user = await this.repository.findUser(userName);
    if (!user) throw new NotFoundError(`No such user: '${userName}'`);
    if (server !== '' && !(await this.repository.find(user.id, server))) throw new NotFoundError(`${user.name} has no server named '${server}'`);
    await this.logs.send(request, reply, serverLogFile(this.config.Elara.log_dir, user.name, server));
  }
}
