import { Get, Inject, Req, Res } from '@nestjs/common';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import { NotFoundError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { Landing } from './landing.js';
import { serverApiPath } from './page-user.js';
import { Pages } from './pages.service.js';
import { type PageServer, ServerPages } from './server-pages.js';

const FAILED_STATUS = 500;

/** `/hub/spawn-pending/USER[/SERVER]`: how a server comes up or goes down. Never starts anything. */
@PageController('spawn-pending')
export class SpawnPendingController {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly serverPages: ServerPages,
    private readonly landing: Landing,
    private readonly pages: Pages,
  ) {}

  @Get([':user', ':user/:server'])
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const { user, server: name = '' } = request.params as { user: string; server?: string };
    const server = await this.serverPages.find(caller, 'servers', user, name);
    if (name && !server.exists) throw new NotFoundError('There is no such server, or you may not see it.');
    const { view } = server;
    const next = this.landing.next(request);
    if (view.ready) await reply.redirect(next || view.url, 302);
    else if (view.failure) await this.serverPages.sendNotRunning(request, reply, server, next, FAILED_STATUS);
    else if (view.pending === 'stop') await this.pages.send(request, reply, 'stop_pending.html', { spawner: view });
    else if (view.pending) await this.#sendProgress(request, reply, server);
    else await this.serverPages.sendNotRunning(request, reply, server, next, 200);
  }

  async #sendProgress(request: HubRequest, reply: HubReply, { user, name, view }: PageServer): Promise<void> {
    const api = serverApiPath(this.urls, user.name, name);
    // a browser's EventSource sends no headers of ours
    const query = new URLSearchParams({ _xsrf: this.pages.xsrfToken(request, reply) });
    const context = {
      spawner: view,
      server_api_path: api,
      progress_url: `${api}/progress?${query}`,
      // lines of an earlier run would be taken for those of this one
      log_url: `${api}/logs?tail=0&follow=true&${query}`,
    };
    await this.pages.send(request, reply, 'spawn_pending.html', context);
  }
}
