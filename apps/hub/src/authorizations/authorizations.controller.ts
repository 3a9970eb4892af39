import { Get, Param, Post } from '@nestjs/common';
import { identifyScopes, parseScopes } from '#scopes';
import { NotAllowedError, NotFoundError } from '../errors.js';
import { NeedsCaller, Open } from '../http/access.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { type Caller, ownerOf } from '../identity/caller.js';
import { CallerResolver } from '../identity/caller-resolver.js';
import { IdentityModels } from '../users/identity-models.js';

/** The deprecated routes by which old clients ask whose a token is (reference rest-api 1.10). */
@ApiController('authorizations')
export class AuthorizationsController {
  constructor(
    private readonly callers: CallerResolver,
    private readonly models: IdentityModels,
  ) {}

  @Get('token/:token')
  @NeedsCaller()
  async whose(@Param('token') token: string, @CurrentCaller() caller: Caller) {
    if (!caller.token) throw new NotAllowedError('Forbidden');
    const owner = await this.callers.byToken(token);
    if (!owner) throw new NotFoundError('Not Found');
    const visible = parseScopes([...caller.scopes, ...identifyScopes(ownerOf(owner))]);
    return this.models.of(owner, visible);
  }

  @Post(['token', 'token/:token'])
  @Open('tells old clients where to go instead')
  removed(): never {
    throw new NotFoundError(
      'Deprecated endpoint /hub/api/authorizations/token is removed in JupyterHub 2.0. Use /hub/api/users/:user/tokens instead.',
    );
  }
}
