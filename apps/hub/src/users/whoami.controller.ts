import { Get, Req } from '@nestjs/common';
import { identifyScopes, listedScopes, parseScopes } from '#scopes';
import { NeedsCaller } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubRequest } from '../http/hub-request.js';
import { type Caller, ownerOf } from '../identity/caller.js';
import { includesStopped, STOPPED_QUERY } from './user-list-query.js';
import { IdentityModels } from './identity-models.js';

/** `GET user`: what a token or cookie stands for. HubAuth decides by it who may enter a server or service (reference rest-api 1.2). */
@ApiController('user')
export class WhoamiController {
  constructor(private readonly models: IdentityModels) {}

  @Get()
  @NeedsCaller()
  @Describe({ summary: 'Whose the token or cookie is, and what it may do', query: STOPPED_QUERY, answers: { 200: 'RequestIdentity' } })
  async whoami(@Req() request: HubRequest, @CurrentCaller() caller: Caller) {
    // every caller may know their own name, whatever else their token lacks
    const visible = parseScopes([...caller.scopes, ...identifyScopes(ownerOf(caller))]);
    const model = await this.models.of(caller, visible, includesStopped(new URLSearchParams(request.url.split('?')[1])));
    return {
      ...model,
      token_id: caller.token ? `a${caller.token.id}` : null,
      session_id: caller.token?.sessionId ?? null,
      scopes: listedScopes(caller.scopes),
    };
  }
}
