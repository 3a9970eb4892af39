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
import { Sessions } from '../http/sessions.js';
import { SignUps } from '../native-accounts/sign-ups.service.js';
import { LoginService } from '../users/login.service.js';
import { Landing, queryOf } from './landing.js';
import { EXPIRED, type LoginProblem, problemOf, REFUSED } from './login-problem.js';
import { Pages } from './pages.service.js';
import { type FirstStep, SecondStep } from './second-step.js';

const LONGEST_ECHO = 64;

@PageController('login')
export class LoginController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly logins: LoginService,
    private readonly sessions: Sessions,
    private readonly browsers: KnownBrowsers,
    private readonly guard: AccessGuard,
    private readonly landing: Landing,
    private readonly pages: Pages,
    private readonly signUps: SignUps,
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
    else await this.#sendForm(request, reply, queryOf(request).get('username') ?? '');
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
    await this.#welcome(request, reply, user);
  }

  async #askForCode(request: HubRequest, reply: HubReply, step: FirstStep): Promise<void> {
    this.secondStep.remember(request, reply, step);
    noteForAudit(request, { action: 'login.first-step', target: { kind: 'user', name: this.logins.accountOf(step.username) } });
    await reply.redirect(withNext(`${this.urls.hubPrefix}login/code`, this.landing.next(request)), 302);
  }

  async #welcome(request: HubRequest, reply: HubReply, user: UserRow): Promise<void> {
    const caller = await this.sessions.open(request, reply, user.cookie_id);
    noteForAudit(request, { target: { kind: 'user', name: user.name } });
    await reply.redirect(await this.landing.of(request, caller), 302);
  }

  get #asksTheRequest(): boolean {
    return authenticatorTraits(this.config).auto_login && this.authenticator.authenticateRequest !== undefined;
  }

  async #logInByRequest(request: HubRequest, reply: HubReply): Promise<void> {
    const user = await this.logins.logInByRequest({ headers: request.headers, address: addressOf(request) });
    if (!user) throw new NotAllowedError('You are not logged in, or may not come in here');
    await this.#welcome(request, reply, user);
  }

  async #refuse(request: HubRequest, reply: HubReply, username: string, problem: LoginProblem): Promise<void> {
    // what is nobody's name may be a password that was typed into the wrong field
    const known = await this.logins.known(username);
    noteForAudit(request, { denial: problem.login_error, ...(known && { target: { kind: 'user', name: known.name } }) });
    await this.#sendForm(request, reply, username, problem);
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
    const { auto_login, auto_login_oauth2_authorize, login_url } = authenticatorTraits(this.config);
    const isForApplication = next.startsWith(`${this.urls.apiPrefix}/oauth2/authorize?`);
    return login_url && (auto_login || (auto_login_oauth2_authorize && isForApplication)) ? withNext(login_url, next) : undefined;
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
    const { request_otp, otp_prompt, login_url, custom_html } = authenticatorTraits(this.config);
    if (problem?.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(problem.retryAfterSeconds));
    const context = {
      next,
      username: [...username].slice(0, LONGEST_ECHO).join(''),
      authenticator: { request_otp, otp_prompt, has_form: this.authenticator.hasForm },
      authenticator_login_url: withNext(login_url || `${this.urls.hubPrefix}login`, next),
      ...(this.signUps.areOpen && { signup_url: `${this.urls.hubPrefix}signup` }),
      ...problem,
    };
    const html = custom_html && (await this.pages.renderText(request, reply, custom_html, context));
    await this.pages.send(request, reply, 'login.html', { ...context, custom_html: html }, problem?.status);
  }
}

const withNext = (address: string, next: string) => (next ? `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams({ next })}` : address);
