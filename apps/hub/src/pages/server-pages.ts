import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { HiddenError, NotFoundError } from '../errors.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { pageUser, serverPagePath } from './page-user.js';
import { Pages } from './pages.service.js';
import { type ServerView, serverView } from './server-view.js';

/** A server that a page is about. */
export interface PageServer {
  user: { id: number; name: string };
  name: string;
  view: ServerView;
  /** What was chosen for its last start; null before the first one. */
  userOptions: Record<string, unknown> | null;
  /** Whether it is in the database: a named server exists from its first start on. */
  exists: boolean;
}

/** What the pages about one server share: whose it is, how it stands, and the page "not running". */
@Injectable()
export class ServerPages {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly users: UsersRepository,
    private readonly servers: ServersService,
    private readonly scopes: ScopeCheck,
    private readonly pages: Pages,
  ) {}

  /** @throws NotFoundError for unknown users and without the scope alike, so that names do not leak. */
  async find(caller: Caller, scope: string, userName: string, name: string): Promise<PageServer> {
    const mayKnow = await this.may(caller, scope, userName, name);
    const user = mayKnow ? await this.users.byName(userName) : undefined;
    if (!user) throw new (mayKnow ? NotFoundError : HiddenError)('There is no such server, or you may not see it.');
    return this.load({ id: user.id, name: user.name }, name);
  }

  async load(user: { id: number; name: string }, name: string): Promise<PageServer> {
    const model = await this.servers.one(user, name);
    return { user, name, view: serverView(user, name, model, this.urls), userOptions: model?.user_options ?? null, exists: model !== undefined };
  }

  async may(caller: Caller, scope: string, userName: string, name: string): Promise<boolean> {
    return this.scopes.holds(caller, [scope], { kind: 'server', name: `${userName}/${name}` });
  }

  /**
   * Says that a server does not run, or why it did not start, and offers to start it.
   * @param next where to go once it runs; '' for the server itself
   */
  async sendNotRunning(request: HubRequest, reply: HubReply, server: PageServer, next: string, status: number): Promise<void> {
    const { view, user, name } = server;
    const mayStart = request.caller !== undefined && (await this.may(request.caller, 'servers', user.name, name));
    const mayReadInternals = request.caller !== undefined && (await this.may(request.caller, 'admin:server_state', user.name, name));
    const query = next && `?${new URLSearchParams({ next })}`;
    const context = {
      server_name: name,
      spawner: view,
      for_user: pageUser(user, this.urls),
      spawn_url: mayStart ? `${serverPagePath(this.urls, 'spawn', user.name, name)}${query}` : '',
      implicit_spawn_seconds: mayStart && !view.failure ? this.config.JupyterHub.implicit_spawn_seconds : 0,
      failed: view.failure !== null,
      failed_message: view.failure?.message,
      failed_hint: view.failure?.hint,
      failed_detail: mayReadInternals ? view.failure?.detail : '',
      failed_log: view.failure?.log.join('\n'),
    };
    await this.pages.send(request, reply, 'not_running.html', context, status);
  }
}
