import { Get, Inject, Post, Req, Res } from '@nestjs/common';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import { NotAllowedError } from '../errors.js';
import { Open } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { KnownBrowsers } from '../http/known-browsers.js';
import { LazyBody, RequestBody } from '../http/lazy-body.js';
import { addressOf } from '../http/request-log.js';
import type { UserRow } from '../database/tables.js';
import { LoginService } from '../users/login.service.js';
import { type FormProblem, formProblem } from './form-problem.js';
import { Landing, queryOf } from './landing.js';
import { LoginPage } from './login-page.js';
import { Pages } from './pages.service.js';
import { type FirstStep, SecondStep } from './second-step.js';

const WRONG = 'This code is not right, or was used already.';

/** `/hub/login/code`: the one-time code of somebody whose password was right. */
@PageController('login/code')
export class SecondStepController {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly step: SecondStep,
    private readonly logins: LoginService,
    private readonly page: LoginPage,
    private readonly browsers: KnownBrowsers,
    private readonly landing: Landing,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Open('strangers log in here')
  async show(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (request.caller || !this.step.current(request)) await this.#beginAnew(request, reply);
    else await this.#send(request, reply);
  }

  @Post()
  @Open('strangers log in here')
  async logIn(@Req() request: HubRequest, @Res() reply: HubReply, @LazyBody() body: RequestBody): Promise<void> {
    const first = this.step.current(request);
    if (!first) return this.#beginAnew(request, reply);
    const form = body.form();
    const otp = form.get('otp')?.trim() || form.get('recovery_code')?.trim() || '';
    const user = await this.#attempt(request, reply, first, otp);
    if ('problem' in user) return this.#send(request, reply, user);
    this.step.forget(request, reply);
    await this.page.welcome(request, reply, user);
  }

  async #attempt(request: HubRequest, reply: HubReply, { username, firstStep }: FirstStep, otp: string): Promise<UserRow | FormProblem> {
    const known = this.browsers.proof(request, this.logins.accountOf(username));
    const attempt = { username, password: '', firstStep, otp, address: addressOf(request), ...(known !== undefined && { knownBrowser: known }) };
    noteForAudit(request, { target: { kind: 'user', name: this.logins.accountOf(username) } });
    try {
      const user = otp === '' ? undefined : await this.logins.logIn(attempt);
      if (user) return user;
      throw new NotAllowedError(WRONG);
    } catch (error) {
      return formProblem(request, reply, error);
    }
  }

  /** Nobody's password was right lately: the form for it comes first. */
  async #beginAnew(request: HubRequest, reply: HubReply): Promise<void> {
    await reply.redirect(`${this.urls.hubPrefix}login?${queryOf(request)}`, 302);
  }

  async #send(request: HubRequest, reply: HubReply, problem?: FormProblem): Promise<void> {
    const next = this.landing.next(request);
    await this.pages.send(request, reply, 'second-step.html', { query: next && `?${new URLSearchParams({ next })}`, ...problem }, problem?.status);
  }
}
