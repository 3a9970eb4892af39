import { Get, HttpCode, Inject, Patch, Post, Req } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { InvalidInputError } from '../errors.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import type { HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { pageRequest, paginated } from '../http/pagination.js';
import { ProxyService } from './proxy.service.js';

const NOT_AN_OBJECT = 'Request body must be JSON dict';

@ApiController('proxy')
export class ProxyController {
  constructor(
    private readonly proxy: ProxyService,
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
  ) {}

  /** The table, sorted by spec; pages are objects too. */
  @Get()
  @NeedsScope('proxy')
  @Describe({ summary: 'Routes of the proxy, by path', answers: { 200: { mapPageOf: 'ProxyRoute' } }, errors: [503] })
  async table(@Req() request: HubRequest) {
    const page = pageRequest(request, this.config.JupyterHub);
    const routes = [...(await this.proxy.table()).values()].sort((a, b) => (a.spec < b.spec ? -1 : 1));
    const shown = routes.slice(page.offset, page.offset + page.limit);
    const items = Object.fromEntries(shown.map(({ spec, target, data }) => [spec, { routespec: spec, target, data }]));
    return paginated(items, routes.length, page);
  }

  @Post()
  @HttpCode(200)
  @NeedsScope('proxy')
  @Describe({ summary: 'Make the table of the proxy as it should be, now', answers: { 200: null }, errors: [503] })
  async check(): Promise<void> {
    await this.proxy.check();
  }

  @Patch()
  @NeedsScope('proxy')
  @Describe({ summary: 'Use the proxy at another address, or with another token', body: 'ProxyChange', answers: { 200: null }, errors: [503] })
  async update(@LazyBody() body: RequestBody): Promise<void> {
    if (body.text === '') throw new InvalidInputError('need JSON body');
    const { api_url: apiUrl, auth_token: token } = objectOf(body);
    await this.proxy.update({ ...(apiUrl !== undefined && { apiUrl: checkedUrl(apiUrl) }), ...(token !== undefined && { token: checkedText(token) }) });
  }
}

function objectOf(body: RequestBody): Record<string, unknown> {
  let json: unknown;
  try {
    json = body.json();
  } catch (error) {
    throw new InvalidInputError(NOT_AN_OBJECT, { cause: error });
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new InvalidInputError(NOT_AN_OBJECT);
  return json as Record<string, unknown>;
}

function checkedText(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw new InvalidInputError('auth_token must be a string of printable characters without spaces');
}

function checkedUrl(value: unknown): string {
  const protocol = typeof value === 'string' ? URL.parse(value)?.protocol : undefined;
  if (protocol === 'http:' || protocol === 'https:') return value as string;
  throw new InvalidInputError('api_url must be a URL such as http://127.0.0.1:8001');
}
