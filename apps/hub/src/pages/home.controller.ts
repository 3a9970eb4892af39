import { Get, Inject, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, serverPath } from '../config/urls.js';
import { CullingService } from '../culling/culling.service.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { hookHandler } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { namedServerLimit } from '../servers/named-server-limit.js';
import { ServersService } from '../servers/servers.service.js';
import { SharesService } from '../shares/shares.service.js';
import { PageTime } from './page-time.js';
import { Pages } from './pages.service.js';
import { serverView, type ServerView } from './server-view.js';

/** A server of somebody else, as the home page shows it. */
interface SharedView {
  owner: string;
  name: string;
  ready: boolean;
  url: string;
}

const MOST_SHARED = 50;

@PageController('home')
export class HomeController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly servers: ServersService,
    private readonly shares: SharesService,
    private readonly culling: CullingService,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const { allow_named_servers } = this.config.JupyterHub;
    const user = { id: caller.id, name: caller.name };
    const [[defaultServer, ...spawners], shared] = await Promise.all([this.#own(user), this.#sharedWith(user.id)]);
    await this.pages.send(request, reply, 'home.html', {
      current_page: 'home',
      url: defaultServer!.active ? serverPath(this.urls.baseUrl, user.name, '') : defaultServer!.spawn_url,
      allow_named_servers,
      named_server_limit_per_user: await namedServerLimit(this.config.JupyterHub, hookHandler(request, this.config)),
      default_server: defaultServer,
      spawners,
      shared_servers: shared,
      warned: [defaultServer!, ...spawners].filter((server) => server.cull_warning),
    });
  }

  /** The default server first. */
  async #own(user: { id: number; name: string }): Promise<ServerView[]> {
    const models = await this.servers.modelsOf(user, { includeStopped: true });
    const shown = models.filter(({ name }) => name === '' || this.config.JupyterHub.allow_named_servers);
    return Promise.all(
      shown.map(async (model) => {
        const view = serverView(user, model.name, model, this.urls);
        const stop = view.ready ? await this.culling.earliestStop(user.name, model.name) : undefined;
        return { ...view, stops: stop ? new PageTime(stop) : null };
      }),
    );
  }

  async #sharedWith(userId: number): Promise<SharedView[]> {
    const { shares } = await this.shares.list({ userId }, { offset: 0, limit: MOST_SHARED });
    // somebody may have a share and be in a group that has it too
    const servers = new Map(shares.map(({ server }) => [server.id, server]));
    return [...servers.values()].map(({ owner, name, ready }) => ({ owner: owner.name, name, ready, url: serverPath(this.urls.baseUrl, owner.name, name) }));
  }
}
