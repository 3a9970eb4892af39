import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { NotFoundError } from '../errors.js';
import { Open } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { addressOf } from '../http/request-log.js';
import { SignUps } from '../native-accounts/sign-ups.service.js';
import { formProblem } from './form-problem.js';
import { Pages } from './pages.service.js';

const LONGEST_ECHO = 255;

/** `/hub/signup`: people make an account for themselves. */
@PageController('signup')
export class SignUpController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly signUps: SignUps,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Open('strangers sign up here')
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (!this.signUps.areOpen) throw new NotFoundError('Nobody can sign up here');
    if (request.caller) await reply.redirect(`${this.urls.hubPrefix}home`, 302);
    else await this.#send(request, reply);
  }

  @Post()
  @Open('strangers sign up here')
  async signUp(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody): Promise<void> {
    const form = body.form();
    const [username, email] = ['username', 'email'].map((field) => (form.get(field) ?? '').trim()) as [string, string];
    const wish = { username, email, password: form.get('signup_password') ?? '', acceptsTerms: form.has('tos'), address: addressOf(request) };
    try {
      const { name, approved } = await this.signUps.signUp(wish);
      noteForAudit(request, { target: { kind: 'user', name } });
      await this.#send(request, reply, { signed_up: name, approved });
    } catch (error) {
      const problem = formProblem(request, reply, error);
      await this.#send(request, reply, { username: username.slice(0, LONGEST_ECHO), email: email.slice(0, LONGEST_ECHO), ...problem }, problem.status);
    }
  }

  async #send(request: HubRequest, reply: HubReply, context: Record<string, unknown> = {}, status = 200): Promise<void> {
    const { minimum_password_length, ask_email_on_signup: ask_email, tos } = this.config.NativeAuthenticator;
    await this.pages.send(request, reply, 'signup.html', { minimum_password_length, ask_email, tos, ...context }, status);
  }
}
