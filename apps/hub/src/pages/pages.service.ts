import { Inject, Injectable } from '@nestjs/common';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { KnownBrowsers } from '../http/known-browsers.js';
import { Sessions } from '../http/sessions.js';
import type { Caller } from '../identity/caller.js';
import { Announcement } from './announcement.js';
import { pageUser } from './page-user.js';
import { Renderer } from './renderer.js';
import { ServicesMenu } from './services-menu.js';

/** Sends pages: adds to a page's own variables what every page shows (reference hub-behaviour 7.8). */
@Injectable()
export class Pages {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly renderer: Renderer,
    private readonly sessions: Sessions,
    private readonly browsers: KnownBrowsers,
    private readonly menu: ServicesMenu,
    private readonly announcement: Announcement,
  ) {}

  /** Answers a request with a page. */
  async send(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown> = {}, status = 200): Promise<void> {
    const html = this.render(request, reply, template, context);
    await reply.code(status).type('text/html; charset=utf-8').send(html);
  }

  /** The page as HTML; may set the XSRF cookie on the reply. */
  render(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown> = {}): string {
    return this.renderer.render(template, { ...this.#common(request, reply), ...context });
  }

  /** A part of a page, from a template that the config gives as a text. */
  renderText(request: HubRequest, reply: HubReply, template: string, context: Record<string, unknown>): string {
    return this.renderer.renderText(template, { ...this.#common(request, reply), ...context });
  }

  /** The token that forms and scripts of a page repeat. Only a navigation may set a new one: it would outdate the page that loads this. */
  xsrfToken(request: HubRequest, reply: HubReply): string {
    if (isNavigation(request)) return this.sessions.xsrfToken(request, reply);
    return this.sessions.xsrf.current(request, request.caller) ?? '';
  }

  #common(request: HubRequest, reply: HubReply): Record<string, unknown> {
    const xsrf = this.xsrfToken(request, reply);
    // the answer to a login itself stays as JupyterHub's is
    if (request.caller?.session && isNavigation(request)) this.browsers.remember(request, reply, request.caller.name);
    return { xsrf, xsrf_token: xsrf, announced: this.announcement.current, ...(request.caller && this.#aboutCaller(request.caller)) };
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
