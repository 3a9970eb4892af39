import { Inject, Injectable } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import type { UserRow } from '../database/tables.js';
import { noteForAudit } from '../http/audit-note.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Sessions } from '../http/sessions.js';
import { SignUps } from '../native-accounts/sign-ups.service.js';
import { Landing } from './landing.js';
import type { LoginProblem } from './login-problem.js';
import { Pages } from './pages.service.js';

const LONGEST_ECHO = 64;

export interface LoginPageContext {
  /** Where to go after the login, checked already. */
  next: string;
  /** What was typed, or asked for. */
  username?: string;
  problem?: LoginProblem;
}

/** The page at which people log in, and what follows when they have. */
@Injectable()
export class LoginPage {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly sessions: Sessions,
    private readonly landing: Landing,
    private readonly pages: Pages,
    private readonly signUps: SignUps,
  ) {}

  /** The page at which people log in, when that is not the form of the hub; else ''. */
  get elsewhere(): string {
    return authenticatorTraits(this.config).login_url || (this.authenticator.external ? `${this.urls.hubPrefix}oauth_login` : '');
  }

  /** Shows the form, or the button that leads elsewhere, with what went wrong if anything did. */
  async send(request: HubRequest, reply: HubReply, { next, username = '', problem }: LoginPageContext): Promise<void> {
    const { request_otp, otp_prompt, custom_html } = authenticatorTraits(this.config);
    if (problem?.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(problem.retryAfterSeconds));
    const context = {
      next,
      username: [...username].slice(0, LONGEST_ECHO).join(''),
      authenticator: { request_otp, otp_prompt, has_form: this.authenticator.hasForm },
      authenticator_login_url: withNext(this.elsewhere || `${this.urls.hubPrefix}login`, next),
      ...(this.signUps.areOpen && { signup_url: `${this.urls.hubPrefix}signup` }),
      ...problem,
    };
    const html = custom_html && (await this.pages.renderText(request, reply, custom_html, context));
    await this.pages.send(request, reply, 'login.html', { ...context, custom_html: html }, problem?.status);
  }

  /** Begins the session of somebody who has logged in, and sends them on. @param next where to, when the request does not say */
  async welcome(request: HubRequest, reply: HubReply, user: UserRow, next = ''): Promise<void> {
    const caller = await this.sessions.open(request, reply, user.cookie_id);
    noteForAudit(request, { action: 'login', target: { kind: 'user', name: user.name } });
    await reply.redirect(next || (await this.landing.of(request, caller)), 302);
  }
}

/** An address that also says where to go afterwards. */
export const withNext = (address: string, next: string) => (next ? `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams({ next })}` : address);
