import { Get, Inject, Req, Res } from '@nestjs/common';
import type { ScopeDefinitions } from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { SCOPE_DEFINITIONS } from '../identity/scope-definitions.js';
import { API_CLIENT } from '../identity/token-store.js';
import { TokensService } from '../tokens/tokens.service.js';
import { Pages } from './pages.service.js';
import { clientViews, expiryOptions, tokenView } from './token-page.js';
import { scopeChoices } from './token-scopes.js';
import { TokenPageRepository } from './token-page.repository.js';

@PageController('token')
export class TokenPageController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(SCOPE_DEFINITIONS) private readonly definitions: ScopeDefinitions,
    private readonly tokens: TokensService,
    private readonly rows: TokenPageRepository,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const [models, clients] = await Promise.all([this.tokens.list(caller), this.rows.clientsByToken(caller.id)]);
    const tokens = models.map((model) => ({ ...model, clientId: clients.get(model.id) ?? '' }));
    const limit = this.config.JupyterHub.token_expires_in_max_seconds;
    const context = { definitions: this.definitions, username: caller.name };
    await this.pages.send(request, reply, 'token.html', {
      current_page: 'token',
      // the latest used first
      api_tokens: tokens.filter(({ clientId }) => clientId === API_CLIENT).map((token) => tokenView(token, caller.scopes, context)).reverse(),
      scope_choices: scopeChoices(caller.scopes, context),
      oauth_clients: clientViews(tokens.filter(({ clientId }) => clientId && clientId !== API_CLIENT)),
      token_expires_in_options: expiryOptions(limit),
      token_expires_in_max_seconds: limit,
    });
  }
}
