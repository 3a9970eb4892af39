import { Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { NotAllowedError } from '../errors.js';
import { AccessGuard } from '../http/access.guard.js';
import { ChecksXsrfItself, NeedsScope, Open } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { noteForAudit } from '../http/audit-note.js';
import { ApiController } from '../http/controllers.js';
import type { HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { ScopeCheck } from '../http/scope-check.js';
import type { Caller } from '../identity/caller.js';
import { LoginService } from '../users/login.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { UsersService } from '../users/users.service.js';
import { tokenRequest } from './token-request.js';
import { TokensService } from './tokens.service.js';

@ApiController('users/:user/tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly rows: UsersRepository,
    private readonly logins: LoginService,
    private readonly scopes: ScopeCheck,
    private readonly guard: AccessGuard,
  ) {}

  @Get()
  @NeedsScope('read:tokens')
  @Describe({ summary: 'Tokens of a user', answers: { 200: 'TokenList' } })
  async list(@Param('user') name: string) {
    return { api_tokens: await this.tokens.list(await this.users.get(name)) };
  }

  @Post()
  @Open('a login in the body is accepted in place of a token or cookie')
  @ChecksXsrfItself()
  @Describe({
    summary: 'Make a token: needs the scope tokens, or a login in the body',
    body: 'TokenRequest',
    optionalBody: true,
    answers: { 201: 'NewToken' },
    errors: [403],
  })
  async create(@Param('user') name: string, @LazyBody() body: RequestBody, @Req() request: HubRequest) {
    const wanted = tokenRequest(body.json());
    if (request.caller) this.guard.checkXsrf(request, true);
    const caller = request.caller ?? (await this.#logIn(wanted.auth, request));
    const user = await this.rows.byName(name);
    // one answer for unknown users and for missing permission, so that names do not leak
    if (!user || !(await this.scopes.holds(caller, ['tokens'], { kind: 'user', name }))) {
      throw new NotAllowedError(`${caller.kind === 'user' ? 'User' : 'Service'} ${name} not found or no permissions to generate tokens`);
    }
    return this.tokens.create(user, wanted, caller);
  }

  @Get(':token')
  @NeedsScope('read:tokens')
  @Describe({ summary: 'One token', answers: { 200: 'Token' } })
  async get(@Param('user') name: string, @Param('token') id: string) {
    return this.tokens.get(await this.users.get(name), id);
  }

  @Delete(':token')
  @HttpCode(204)
  @NeedsScope('tokens')
  @Describe({ summary: 'Revoke a token', answers: { 204: null } })
  async revoke(@Param('user') name: string, @Param('token') id: string): Promise<void> {
    await this.tokens.revoke(await this.users.get(name), id);
  }

  async #logIn(auth: unknown, request: HubRequest): Promise<Caller> {
    const caller = auth !== null && typeof auth === 'object' ? await this.logins.verifyKnown(auth as Record<string, unknown>, request.ip) : undefined;
    if (!caller) throw new NotAllowedError('Forbidden');
    noteForAudit(request, { actor: caller });
    return caller;
  }
}
