import { Inject, Injectable } from '@nestjs/common';
import { callPageHook } from '../call-hook.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { type HubUrls, serverPath } from '../config/urls.js';
import type { HubRequest } from '../http/hub-request.js';
import { hookHandler } from '../http/hook-handler.js';
import { schemeOf } from '../http/pagination.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { safeNext, withQuery } from './next-url.js';

/** The arguments in a request's address. */
export const queryOf = (request: HubRequest): URLSearchParams => new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'));

/** Where people go next (reference hub-behaviour 7.4). */
@Injectable()
export class Landing {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly servers: ServersService,
  ) {}

  /** The request's `next`, if it stays on this site; else ''. */
  next(request: HubRequest): string {
    return this.safe(request, queryOf(request).get('next') ?? '');
  }

  /** An address from a form, if it stays on this site; else ''. */
  safe(request: HubRequest, address: string): string {
    return safeNext(address, this.originOf(request));
  }

  /** `JupyterHub.default_url`, or what its function gives; '' when there is none for this request. */
  async defaultUrl(request: HubRequest): Promise<string> {
    const { default_url: written } = this.config.JupyterHub;
    if (typeof written === 'string') return written;
    const given: unknown = await callPageHook('JupyterHub.default_url', (hook) => written(hookHandler(request, this.config), hook));
    return typeof given === 'string' ? given : '';
  }

  /** `next`, or where this person usually goes: `default_url`, their server, or home. */
  async of(request: HubRequest, caller: Caller | undefined): Promise<string> {
    return this.next(request) || withQuery(await this.usual(request, caller), queryOf(request));
  }

  /** Where this person goes who did not ask for anything: `default_url`, their server, or home. */
  async usual(request: HubRequest, caller: Pick<Caller, 'id' | 'name'> | undefined): Promise<string> {
    const chosen = await this.defaultUrl(request);
    if (chosen) return chosen;
    if (!caller || !this.config.JupyterHub.redirect_to_server) return `${this.urls.hubPrefix}home`;
    const server = await this.servers.one({ id: caller.id, name: caller.name }, '');
    const isActive = server !== undefined && (server.ready || server.pending !== null);
    return isActive ? serverPath(this.urls.baseUrl, caller.name, '') : `${this.urls.hubPrefix}spawn`;
  }

  /** scheme://host[:port] by which the browser knows this hub. */
  originOf(request: HubRequest): string {
    return this.urls.publicOrigin || `${schemeOf(request)}://${request.headers.host ?? 'localhost'}`;
  }
}
