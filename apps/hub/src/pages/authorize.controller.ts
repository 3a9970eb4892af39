import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { describeScopes, identifyScopes, type ScopeDefinitions } from '#scopes';
import { NotAllowedError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { noteForAudit } from '../http/audit-note.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { LoginRequiredError } from '../http/login-required.js';
import { type Caller, ownerOf } from '../identity/caller.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { type AuthorizeOutcome, AuthorizeService, type ConfirmRequest } from '../oauth2/authorize.service.js';
import { queryOf } from './landing.js';
import { Pages } from './pages.service.js';

const QUERY = {
  client_id: 'Who asks',
  redirect_uri: 'Where the code goes',
  response_type: 'code',
  scope: 'Scopes, separated by spaces',
  state: 'Comes back with the code',
  code_challenge: 'For PKCE',
  code_challenge_method: 'S256 or plain',
};

/** Where servers and services send browsers to learn who is there (reference rest-api 5.3); asks the person when it must. */
@ApiController('oauth2/authorize')
export class AuthorizeController {
  constructor(
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly authorize: AuthorizeService,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  @Describe({
    tag: 'oauth2',
    summary: 'Ask a person whether a server or service may know them',
    query: QUERY,
    answers: { 200: { text: 'text/html' }, 302: null },
    errors: [400],
  })
  async begin(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    // a page for browsers: a token of the API logs nobody in
    if (!caller.session) throw new LoginRequiredError(request.originalUrl);
    await this.#answer(request, reply, caller, await this.authorize.begin(queryOf(request), caller));
  }

  @Post()
  @NeedsLogin()
  @Describe({
    tag: 'oauth2',
    summary: 'The answer of the person',
    query: QUERY,
    body: { form: 'Confirmation' },
    answers: { 200: { text: 'text/html' }, 302: null },
  })
  async confirm(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    if (!caller.session) throw new NotAllowedError('Forbidden');
    await this.#answer(request, reply, caller, await this.authorize.confirm(queryOf(request), body.form().getAll('scopes'), caller));
  }

  async #answer(request: HubRequest, reply: HubReply, caller: Caller, outcome: AuthorizeOutcome): Promise<void> {
    const name = queryOf(request).get('client_id') ?? '';
    noteForAudit(request, { target: { kind: 'client', name }, ...('code' in outcome && { action: 'oauth.consent' }) });
    if ('redirect' in outcome) await reply.redirect(outcome.redirect, 302);
    else await this.#ask(request, reply, caller, outcome.confirm);
  }

  async #ask(request: HubRequest, reply: HubReply, caller: Caller, { clientName, scopes }: ConfirmRequest): Promise<void> {
    const context = {
      oauth_client: { description: clientName, redirect_uri: queryOf(request).get('redirect_uri') ?? '' },
      allowed_scopes: scopes,
      scope_descriptions: describeScopes(this.#notable(scopes, caller), { definitions: this.definitions, username: caller.name }),
    };
    await this.pages.send(request, reply, 'oauth.html', context);
  }

  /** What is granted beyond knowing who the person is and letting them in; `inherit` covers everything else. */
  #notable(scopes: readonly string[], caller: Caller): string[] {
    if (scopes.includes('inherit')) return ['inherit'];
    const identify = new Set([...identifyScopes(), ...identifyScopes(ownerOf(caller))]);
    return scopes.filter((scope) => !identify.has(scope) && !/^access:(?:servers!server|services!service)=/.test(scope));
  }
}
