import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { UserRow } from '../database/tables.js';
import { NotAllowedError, UnavailableError } from '../errors.js';
import { AccessGuard } from '../http/access.guard.js';
import { ChecksXsrfItself, Open } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { addressOf } from '../http/request-log.js';
import { Sessions } from '../http/sessions.js';
import { LoginService } from '../users/login.service.js';
import { Landing, queryOf } from './landing.js';
import { Pages } from './pages.service.js';

const LONGEST_ECHO = 64;

/** What the form says after an attempt that failed. */
interface LoginProblem {
  login_error: string;
  login_hint: string;
  status: number;
}

const EXPIRED: LoginProblem = {
  login_error: 'This form has expired.',
  login_hint: 'Nothing was sent on. Enter your password again.',
  status: 403,
};
const REFUSED: LoginProblem = {
  login_error: 'Invalid username or password.',
  login_hint: 'Check both; capital letters matter in passwords. If both are right, you may not have been let in here: ask whoever runs this hub.',
  status: 403,
};
const UNAVAILABLE: LoginProblem = {
  login_error: 'Your password cannot be checked right now.',
  login_hint: 'Nothing is wrong with what you typed. Try again in a minute, and tell whoever runs this hub if it stays like this.',
  status: 503,
};

@PageController('login')
export class LoginController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly logins: LoginService,
    private readonly sessions: Sessions,
    private readonly guard: AccessGuard,
    private readonly landing: Landing,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Open('strangers log in here')
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (request.caller) {
      await reply.redirect(await this.landing.of(request, request.caller), 302);
      return;
    }
    await this.#sendForm(request, reply, queryOf(request).get('username') ?? '');
  }

  @Post()
  @Open('strangers log in here')
  @ChecksXsrfItself()
  async logIn(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody): Promise<void> {
    const form = body.form();
    const username = (form.getAll('username').at(-1) ?? '').trim();
    if (!this.#isOurForm(request)) return this.#sendForm(request, reply, username, EXPIRED);
    const user = await this.#attempt(form, username, addressOf(request));
    if ('login_error' in user) return this.#sendForm(request, reply, username, user);
    const caller = await this.sessions.open(request, reply, user.cookie_id);
    await reply.redirect(await this.landing.of(request, caller), 302);
  }

  async #attempt(form: URLSearchParams, username: string, address: string): Promise<UserRow | LoginProblem> {
    const password = form.getAll('password').at(-1) ?? '';
    const otp = form.getAll('otp').at(-1);
    try {
      return (await this.logins.logIn({ username, password, address, ...(otp !== undefined && { otp }) })) ?? REFUSED;
    } catch (error) {
      if (error instanceof UnavailableError) return UNAVAILABLE;
      throw error;
    }
  }

  /** A form that lay open for too long, or came from elsewhere, is shown again with a fresh token. */
  #isOurForm(request: HubRequest): boolean {
    try {
      this.guard.checkXsrf(request, false);
      return true;
    } catch (error) {
      if (error instanceof NotAllowedError) return false;
      throw error;
    }
  }

  async #sendForm(request: HubRequest, reply: HubReply, username: string, problem?: LoginProblem): Promise<void> {
    const next = this.landing.next(request);
    const { request_otp, otp_prompt } = authenticatorTraits(this.config);
    const context = {
      next,
      username: [...username].slice(0, LONGEST_ECHO).join(''),
      authenticator: { request_otp, otp_prompt, has_form: this.authenticator.hasForm },
      authenticator_login_url: `${this.urls.hubPrefix}login${next && `?${new URLSearchParams({ next })}`}`,
      ...problem,
    };
    await this.pages.send(request, reply, 'login.html', context, problem?.status);
  }
}
