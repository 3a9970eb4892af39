import { Get, Inject, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, serverPath } from '../config/urls.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { Pages } from './pages.service.js';
import { serverView } from './server-view.js';

@PageController('home')
export class HomeController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly servers: ServersService,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const { allow_named_servers, named_server_limit_per_user } = this.config.JupyterHub;
    const user = { id: caller.id, name: caller.name };
    const models = await this.servers.modelsOf(user, { includeStopped: true });
    const defaultServer = serverView(user, '', models.find(({ name }) => name === ''), this.urls);
    const named = allow_named_servers ? models.filter(({ name }) => name !== '') : [];
    const spawners = named.map((model) => serverView(user, model.name, model, this.urls));
    await this.pages.send(request, reply, 'home.html', {
      current_page: 'home',
      url: defaultServer.active ? serverPath(this.urls.baseUrl, user.name, '') : defaultServer.spawn_url,
      allow_named_servers,
      named_server_limit_per_user,
      default_server: defaultServer,
      spawners,
      warned: [defaultServer, ...spawners].filter((server) => server.cull_warning),
    });
  }
}
