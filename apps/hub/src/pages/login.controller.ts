import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { UserRow } from '../database/tables.js';
import { NotAllowedError, SecondStepRequiredError } from '../errors.js';
import { AccessGuard } from '../http/access.guard.js';
import { ChecksXsrfItself, Open } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { KnownBrowsers } from '../http/known-browsers.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { addressOf } from '../http/request-log.js';
import { LoginService } from '../users/login.service.js';
import { Landing, queryOf } from './landing.js';
import { EXPIRED, type LoginProblem, problemOf, REFUSED } from './login-problem.js';
import { LoginPage, withNext } from './login-page.js';
import { type FirstStep, SecondStep } from './second-step.js';

@PageController('login')
export class LoginController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly logins: LoginService,
    private readonly browsers: KnownBrowsers,
    private readonly guard: AccessGuard,
    private readonly landing: Landing,
    private readonly page: LoginPage,
    private readonly secondStep: SecondStep,
  ) {}

  @Get()
  @Open('strangers log in here')
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (request.caller) {
      await reply.redirect(await this.landing.of(request, request.caller), 302);
      return;
    }
    const elsewhere = this.#elsewhere(this.landing.next(request));
    if (elsewhere) await reply.redirect(elsewhere, 302);
    else if (this.#asksTheRequest) await this.#logInByRequest(request, reply);
    else await this.page.send(request, reply, { next: this.landing.next(request), username: queryOf(request).get('username') ?? '' });
  }

  @Post()
  @Open('strangers log in here')
  @ChecksXsrfItself()
  async logIn(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody): Promise<void> {
    const form = body.form();
    const username = (form.getAll('username').at(-1) ?? '').trim();
    if (!this.#isOurForm(request)) return this.#refuse(request, reply, username, EXPIRED);
    const user = await this.#attempt(request, form, username);
    if ('firstStep' in user) return this.#askForCode(request, reply, user);
    if ('login_error' in user) return this.#refuse(request, reply, username, user);
    await this.page.welcome(request, reply, user);
  }

  async #askForCode(request: HubRequest, reply: HubReply, step: FirstStep): Promise<void> {
    this.secondStep.remember(request, reply, step);
    noteForAudit(request, { action: 'login.first-step', target: { kind: 'user', name: this.logins.accountOf(step.username) } });
    await reply.redirect(withNext(`${this.urls.hubPrefix}login/code`, this.landing.next(request)), 302);
  }

  get #asksTheRequest(): boolean {
    return authenticatorTraits(this.config).auto_login && this.authenticator.authenticateRequest !== undefined;
  }

  async #logInByRequest(request: HubRequest, reply: HubReply): Promise<void> {
    const user = await this.logins.logInByRequest({ headers: request.headers, address: addressOf(request) });
    if (!user) throw new NotAllowedError('You are not logged in, or may not come in here');
    await this.page.welcome(request, reply, user);
  }

  async #refuse(request: HubRequest, reply: HubReply, username: string, problem: LoginProblem): Promise<void> {
    // what is nobody's name may be a password that was typed into the wrong field
    const known = await this.logins.known(username);
    noteForAudit(request, { denial: problem.login_error, ...(known && { target: { kind: 'user', name: known.name } }) });
    await this.page.send(request, reply, { next: this.landing.next(request), username, problem });
  }

  async #attempt(request: HubRequest, form: URLSearchParams, username: string): Promise<UserRow | LoginProblem | FirstStep> {
    const password = form.getAll('password').at(-1) ?? '';
    const otp = form.getAll('otp').at(-1);
    const knownBrowser = this.browsers.proof(request, this.logins.accountOf(username));
    try {
      const attempt = { username, password, address: addressOf(request), ...(otp !== undefined && { otp }), ...(knownBrowser && { knownBrowser }) };
      return (await this.logins.logIn(attempt)) ?? REFUSED;
    } catch (error) {
      if (error instanceof SecondStepRequiredError) return { username, firstStep: error.firstStep };
      const problem = problemOf(error);
      if (problem) return problem;
      throw error;
    }
  }

  /** The page to which people are sent at once, where that is asked for. */
  #elsewhere(next: string): string | undefined {
    const { auto_login, auto_login_oauth2_authorize } = authenticatorTraits(this.config);
    const { elsewhere } = this.page;
    const isForApplication = next.startsWith(`${this.urls.apiPrefix}/oauth2/authorize?`);
    return elsewhere && (auto_login || (auto_login_oauth2_authorize && isForApplication)) ? withNext(elsewhere, next) : undefined;
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
}
