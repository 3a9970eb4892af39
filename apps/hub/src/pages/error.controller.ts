import { Get, Param, Req, Res } from '@nestjs/common';
import { NotFoundError } from '../errors.js';
import { Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { reasonOf } from '../http/error-status.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { ErrorPage } from './error-page.js';

/** `/hub/error/CODE`: the page that the proxy shows when it cannot reach a server. It sets the status itself. */
@PageController('error')
export class ErrorController {
  constructor(private readonly errorPage: ErrorPage) {}

  @Get(':code')
  @Open('the proxy fetches these pages without credentials')
  async show(@Param('code') code: string, @Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (!/^[45]\d\d$/.test(code)) throw new NotFoundError('There is no such error.');
    const status = Number(code);
    const html = await this.errorPage.render(request, reply, { status, message: reasonOf(status) });
    await reply.code(200).type('text/html; charset=utf-8').send(html);
  }
}
