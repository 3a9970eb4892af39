import { Get, Req, Res } from '@nestjs/common';
import { Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LoginRequiredError } from '../http/login-required.js';
import { Landing } from './landing.js';

/** `/hub/`: on to where the person usually goes. */
@PageController('front-door')
export class FrontDoorController {
  constructor(private readonly landing: Landing) {}

  @Get()
  @Open('JupyterHub.default_url may lead strangers to an open page')
  async open(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const defaultUrl = await this.landing.defaultUrl(request);
    if (!defaultUrl && !request.caller) throw new LoginRequiredError(request.originalUrl);
    await reply.redirect(defaultUrl || (await this.landing.of(request, request.caller)), 302);
  }
}
