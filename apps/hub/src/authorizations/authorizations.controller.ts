import { Get, Inject, Param, Post, Req } from '@nestjs/common';
import { identifyScopes, parseScopes } from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NotAllowedError, NotFoundError } from '../errors.js';
import { NeedsCaller, Open } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubRequest } from '../http/hub-request.js';
import { readBody } from '../http/read-body.js';
import { Sessions } from '../http/sessions.js';
import { type Caller, ownerOf } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { IdentityModels } from '../users/identity-models.js';

/** The deprecated routes by which old clients ask whose a token or cookie is (reference rest-api 1.10). */
@ApiController('authorizations')
export class AuthorizationsController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly callers: CallerResolver,
    private readonly sessions: Sessions,
    private readonly models: IdentityModels,
  ) {}

  @Get('token/:token')
  @NeedsCaller()
  @Describe({ summary: 'Whose a token is; deprecated in JupyterHub', answers: { 200: 'TokenOwner' }, errors: [404] })
  async whose(@Param('token') token: string, @CurrentCaller() caller: Caller) {
    requireToken(caller);
    const owner = await this.callers.byToken(token);
    if (!owner) throw new NotFoundError('Not Found');
    const visible = parseScopes([...caller.scopes, ...identifyScopes(ownerOf(owner))]);
    return this.models.of(owner, visible);
  }

  @Get('cookie/:name/:value')
  @NeedsCaller()
  @Describe({ summary: 'Whose a cookie is; deprecated in JupyterHub', answers: { 200: 'TokenOwner' }, errors: [404] })
  async whoseCookie(@Param('name') name: string, @Param('value') value: string, @CurrentCaller() caller: Caller) {
    requireToken(caller);
    const owner = await this.sessions.callerOfValue(name, value);
    if (!owner) throw new NotFoundError('Not Found');
    return this.models.of(owner, caller.parsed);
  }

  /** The oldest form has the cookie's value as the body of a GET, which nothing has read yet. */
  @Get('cookie/:name')
  @NeedsCaller()
  @Describe({ summary: 'The same, for a cookie in the body', answers: { 200: 'TokenOwner' }, errors: [404, 413, 415] })
  async whoseCookieInBody(@Param('name') name: string, @Req() request: HubRequest, @CurrentCaller() caller: Caller) {
    const value = await readBody(request.raw, this.config.Elara.max_body_bytes);
    return this.whoseCookie(name, value.toString().trim(), caller);
  }

  @Post(['token', 'token/:token'])
  @Open('tells old clients where to go instead')
  @Describe({ summary: 'Says that this has moved', answers: {}, errors: [404] })
  removed(): never {
    throw new NotFoundError(
      'Deprecated endpoint /hub/api/authorizations/token is removed in JupyterHub 2.0. Use /hub/api/users/:user/tokens instead.',
    );
  }
}

/** A browser's cookie is no credential here. */
function requireToken(caller: Caller): void {
  if (!caller.token) throw new NotAllowedError('Forbidden');
}
