import { Inject, Injectable } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { hookUser } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { KnownBrowsers } from '../http/known-browsers.js';
import { Sessions } from '../http/sessions.js';
import type { Caller } from '../identity/caller.js';
import { Announcement } from './announcement.js';
import { pageUser } from './page-user.js';
import { Renderer } from './renderer.js';
import { variablesFor } from './template-variables.js';
import { ServicesMenu } from './services-menu.js';

/** Sends pages: adds to a page's own variables what every page shows (reference hub-behaviour 7.8). */
@Injectable()
export class Pages {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly renderer: Renderer,
    private readonly sessions: Sessions,
    private readonly browsers: KnownBrowsers,
    private readonly menu: ServicesMenu,
    private readonly announcement: Announcement,
  ) {}

  /** Answers a request with a page. */
  async send(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown> = {}, status = 200): Promise<void> {
    const html = await this.render(request, reply, template, context);
    await reply.code(status).type('text/html; charset=utf-8').send(html);
  }

  /** The page as HTML; may set the XSRF cookie on the reply. */
  async render(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown> = {}): Promise<string> {
    return this.renderer.render(template, { ...(await this.#common(request, reply)), ...context });
  }

  /** A part of a page, from a template that the config gives as a text. */
  async renderText(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown>): Promise<string> {
    return this.renderer.renderText(template, { ...(await this.#common(request, reply)), ...context });
  }

  /** The token that forms and scripts of a page repeat. Only a navigation may set a new one: it would outdate the page that loads this. */
  xsrfToken(request: HubRequest, reply: HubReply): string {
    if (isNavigation(request)) return this.sessions.xsrfToken(request, reply);
    return this.sessions.xsrf.current(request, request.caller) ?? '';
  }

  async #common(request: HubRequest, reply: HubReply): Promise<Record<string, unknown>> {
    const variables = await variablesFor(this.config.JupyterHub.template_vars, hookUser(request.caller));
    const xsrf = this.xsrfToken(request, reply);
    // the answer to a login itself stays as JupyterHub's is
    if (request.caller?.session && isNavigation(request)) this.browsers.remember(request, reply, request.caller.name);
    return { ...variables, xsrf, xsrf_token: xsrf, announced: this.announcement.current, ...(request.caller && this.#aboutCaller(request.caller)) };
  }

  #aboutCaller(caller: Caller): Record<string, unknown> {
    return {
      user: pageUser(caller, this.urls),
      services: this.menu.entries(caller),
      parsed_scopes: Object.fromEntries([...caller.parsed.keys()].map((scope) => [scope, true])),
      expanded_scopes: caller.scopes,
    };
  }
}

function isNavigation({ headers }: HubRequest): boolean {
  const mode = headers['sec-fetch-mode'];
  return mode === undefined || mode === 'navigate';
}
