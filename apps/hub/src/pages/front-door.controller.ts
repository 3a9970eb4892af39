import { Get, Inject, Req, Res } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LoginRequiredError } from '../http/login-required.js';
import { Landing } from './landing.js';

/** `/hub/`: on to where the person usually goes. */
@PageController('front-door')
export class FrontDoorController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly landing: Landing,
  ) {}

  @Get()
  @Open('JupyterHub.default_url may lead strangers to an open page')
  async open(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const { default_url } = this.config.JupyterHub;
    if (!default_url && !request.caller) throw new LoginRequiredError(request.originalUrl);
    await reply.redirect(default_url || (await this.landing.of(request, request.caller)), 302);
  }
}
