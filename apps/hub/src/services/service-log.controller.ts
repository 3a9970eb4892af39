import { Get, Param, Req, Res } from '@nestjs/common';
import { NotFoundError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LOG_QUERY, LogAnswers } from '../http/log-answers.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServicesService } from './services.service.js';

/** What managed services print. */
@ApiController('services')
export class ServiceLogController {
  constructor(
    private readonly services: ServicesService,
    private readonly launcher: ServiceLauncher,
    private readonly logs: LogAnswers,
  ) {}

  @Get(':service/logs')
  @NeedsScope('read:services:logs')
  @Describe({ summary: 'What a managed service prints', query: LOG_QUERY, answers: { 200: 'Log' }, errors: [400] })
  async read(@Param('service') name: string, @Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const service = this.services.get(name);
    if (service.kind !== 'managed') throw new NotFoundError(`The hub has no log of ${name}: it does not run that service`);
    await this.logs.send(request, reply, this.launcher.logFile(service));
  }
}
