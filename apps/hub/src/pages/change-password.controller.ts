import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { NeedsLogin } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { Sessions } from '../http/sessions.js';
import type { Caller } from '../identity/caller.js';
import { OwnAccountService } from '../native-accounts/own-account.service.js';
import { formProblem } from './form-problem.js';
import { queryOf } from './landing.js';
import { Pages } from './pages.service.js';
import { People } from './person.js';

/** `/hub/change-password`: one's own, for people with a password of this hub. */
@PageController('change-password')
export class ChangePasswordController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly account: OwnAccountService,
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly pages: Pages,
  ) {}

  @Get()
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#send(request, reply, caller, { is_changed: queryOf(request).has('changed') });
  }

  @Post()
  @NeedsLogin()
  async change(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody, @CurrentCaller() caller: Caller): Promise<void> {
    const form = body.form();
    noteForAudit(request, { actor: caller, target: { kind: 'user', name: caller.name } });
    try {
      const cookieId = await this.account.changePassword(this.people.of(request, caller), form.get('password') ?? '', form.get('new_password') ?? '');
      // this browser alone stays logged in
      await this.sessions.open(request, reply, cookieId);
      await reply.redirect(`${this.urls.hubPrefix}change-password?changed`, 302);
    } catch (error) {
      const problem = formProblem(request, reply, error);
      await this.#send(request, reply, caller, { ...problem }, problem.status);
    }
  }

  async #send(request: HubRequest, reply: HubReply, { name }: Caller, context: Record<string, unknown>, status = 200): Promise<void> {
    const { totp_secret } = await this.account.of(name);
    const { minimum_password_length } = this.config.NativeAuthenticator;
    const has_codes = totp_secret !== null;
    const more = { current_page: 'password', minimum_password_length, has_codes, offers_codes: has_codes || this.account.offersSecondFactor };
    await this.pages.send(request, reply, 'change-password.html', { ...more, ...context }, status);
  }
}
