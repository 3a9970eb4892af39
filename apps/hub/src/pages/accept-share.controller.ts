import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { describeScopes, type ScopeDefinitions } from '#scopes';
import { HUB_URLS } from '../config/config.module.js';
import { type HubUrls, serverPath } from '../config/urls.js';
import { InvalidInputError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import type { Caller } from '../identity/caller.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { ShareCodesService } from '../shares/share-codes.service.js';
import type { SharedServer } from '../shares/shared-server.js';
import { Landing, queryOf } from './landing.js';
import { pageUser } from './page-user.js';
import { Pages } from './pages.service.js';

/** `/hub/accept-share?code=…`: turns a share code into a share with whoever is logged in (reference hub-behaviour 7.5). */
@PageController('accept-share')
export class AcceptShareController {
  constructor(
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly codes: ShareCodesService,
    private readonly landing: Landing,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const code = codeOf(queryOf(request));
    const { server, scopes } = await this.codes.offer(code, caller);
    const url = this.#urlOf(server);
    await this.pages.send(request, reply, 'accept-share.html', {
      code,
      owner: pageUser(server.owner, this.urls),
      spawner: { name: server.name, ready: server.ready, url },
      spawner_ready: server.ready,
      spawner_url: url,
      scope_descriptions: describeScopes(scopes, { definitions: this.definitions, username: caller.name }),
      next_url: this.landing.next(request),
    });
  }

  @Post()
  @NeedsLogin()
  async accept(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    const form = body.form();
    const server = await this.codes.accept(codeOf(form), caller);
    noteForAudit(request, { target: { kind: 'server', name: `${server.owner.name}/${server.name}` } });
    await reply.redirect(this.landing.safe(request, form.get('next') ?? '') || this.#urlOf(server), 302);
  }

  #urlOf({ owner, name }: SharedServer): string {
    return serverPath(this.urls.baseUrl, owner.name, name);
  }
}

function codeOf(fields: URLSearchParams): string {
  const code = fields.get('code');
  if (!code) throw new InvalidInputError('Missing argument code');
  return code;
}
