import { setTimeout as pause } from 'node:timers/promises';
import { Delete, Get, Inject, Logger, Patch, Post, Req, Res } from '@nestjs/common';
import { callPageHook } from '../call-hook.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { HubError, messageOf } from '../errors.js';
import { AccessGuard } from '../http/access.guard.js';
import { AcceptsTokens, ChecksXsrfItself, NeedsLogin, Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { hookRequest, hookUser } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { type PageServer, ServerPages } from './server-pages.js';
import { nextBounce, wantsJson } from './user-server.js';

const log = new Logger('pages');
const PATHS = [':user', ':user/*'];
const LOOP = 'Redirect loop detected: the server runs, but the proxy does not lead to it. Try again in a minute, or restart the server.';
const OPEN = 'tells only that the hub cannot serve the request';

/** `/hub/user/USER/...`: where the proxy sends requests for servers it has no route to (reference hub-behaviour 7.7). */
@PageController('user')
export class UserServerController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly serverPages: ServerPages,
    private readonly proxy: ProxyService,
    private readonly guard: AccessGuard,
  ) {}

  @Get(PATHS)
  @NeedsLogin()
  @AcceptsTokens()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const server = await this.#find(request, caller);
    const { view } = server;
    if (view.ready) return this.#sendToServer(request, reply);
    if (wantsJson(request.headers.accept, request.url)) return this.#sendJson(reply, `${view.user.name}'s server is not running`);
    const next = this.#publicPath(request);
    if (view.pending || view.failure) {
      await reply.redirect(`${view.pending_url}?${new URLSearchParams({ next })}`, 303);
      return;
    }
    await this.serverPages.sendNotRunning(request, reply, server, next, this.#status);
  }

  @Post(PATHS)
  @Open(OPEN)
  @AcceptsTokens()
  @ChecksXsrfItself()
  async post(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await this.#refuse(request, reply);
  }

  @Patch(PATHS)
  @Open(OPEN)
  @AcceptsTokens()
  @ChecksXsrfItself()
  async patch(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await this.#refuse(request, reply);
  }

  @Delete(PATHS)
  @Open(OPEN)
  @AcceptsTokens()
  @ChecksXsrfItself()
  async delete(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    await this.#refuse(request, reply);
  }

  async #refuse(request: HubRequest, reply: HubReply): Promise<void> {
    if (request.caller) this.guard.checkXsrf(request, false);
    await this.#sendJson(reply, 'This server is not running');
  }

  get #status(): number {
    return this.config.JupyterHub.use_legacy_stopped_server_status_code ? 503 : 424;
  }

  async #sendJson(reply: HubReply, message: string): Promise<void> {
    await reply.code(this.#status).type('application/json').send(JSON.stringify({ message }));
  }

  /** The named server that the path begins with, if there is one; else the default server. */
  async #find(request: HubRequest, caller: Caller): Promise<PageServer> {
    const { user, '*': rest = '' } = request.params as { user: string; '*'?: string };
    const first = this.config.JupyterHub.allow_named_servers ? rest.split('/')[0]! : '';
    if (first && (await this.serverPages.may(caller, 'access:servers', user, first))) {
      const named = await this.serverPages.find(caller, 'access:servers', user, first);
      if (named.exists) return named;
    }
    return this.serverPages.find(caller, 'access:servers', user, '');
  }

  /** The address that the person wanted: the same path below `/user/`. */
  #publicPath(request: HubRequest): string {
    return this.urls.baseUrl + request.originalUrl.slice(this.urls.hubPrefix.length);
  }

  /** It runs, and yet the request came here: the route is new, or gone. Each round waits longer, and there are few of them. */
  async #sendToServer(request: HubRequest, reply: HubReply): Promise<void> {
    const bounce = nextBounce(this.#publicPath(request), this.config.JupyterHub.tornado_settings.user_redirect_limit);
    if (!bounce) throw new HubError(LOOP);
    if (bounce.waitMs > 0) {
      await this.proxy.check().catch((error: unknown) => log.warn(`cannot mend the proxy's routes: because ${messageOf(error)}`));
      await pause(bounce.waitMs);
    }
    await reply.redirect(bounce.location, 302);
  }
}

/** `/hub/user-redirect/PATH`: the same page of a person's own server, for links that many people share. */
@PageController('user-redirect')
export class UserRedirectController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly serverPages: ServerPages,
  ) {}

  @Get('*')
  @NeedsLogin()
  async redirect(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const elsewhere = await this.#elsewhere(request, caller);
    if (elsewhere) return void (await reply.redirect(elsewhere, 302));
    const name = this.config.JupyterHub.default_server_name;
    const server = await this.serverPages.load({ id: caller.id, name: caller.name }, name);
    const rest = request.originalUrl.slice(`${this.urls.hubPrefix}user-redirect/`.length);
    await reply.redirect(`${server.view.spawn_url}?${new URLSearchParams({ next: server.view.url + rest })}`, 302);
  }

  /** Where `user_redirect_hook` leads. */
  async #elsewhere(request: HubRequest, caller: Caller): Promise<string | undefined> {
    const { user_redirect_hook: hook } = this.config.JupyterHub;
    if (!hook) return undefined;
    const { '*': path } = request.params as { '*': string };
    const url: unknown = await callPageHook('JupyterHub.user_redirect_hook', (options) => hook(path, hookRequest(request), hookUser(caller)!, this.urls.baseUrl, options));
    return typeof url === 'string' && url !== '' ? url : undefined;
  }
}
