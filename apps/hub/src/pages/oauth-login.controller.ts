import { Get, Inject, Logger, Req, Res } from '@nestjs/common';
import { type Authenticator, AUTHENTICATOR, type ExternalLogin } from '../authenticators/authenticator.js';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import type { UserRow } from '../database/tables.js';
import { messageOf, NotFoundError } from '../errors.js';
import { Open } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { addressOf } from '../http/request-log.js';
import { LoginService } from '../users/login.service.js';
import { Landing, queryOf } from './landing.js';
import { LoginPage } from './login-page.js';
import { externalProblemOf, type LoginProblem } from './login-problem.js';
import { OAuthStates, type PendingLogin } from './oauth-state.js';

const log = new Logger('login');
const LONGEST_LOGIN_MS = 60_000;

const OUT_OF_PLACE: LoginProblem = {
  login_error: 'This login cannot be finished here.',
  login_hint: 'It was begun too long ago or in another browser, or has been finished already. Begin it again.',
  status: 400,
};

/** The way to another site where people log in, and back (reference hub-behaviour 4.5). */
@PageController()
export class OAuthLoginController {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly logins: LoginService,
    private readonly states: OAuthStates,
    private readonly landing: Landing,
    private readonly page: LoginPage,
  ) {}

  @Get('oauth_login')
  @Open('strangers begin to log in here')
  async begin(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const external = this.#requireExternal();
    const next = this.landing.next(request);
    const callbackUrl = external.callbackUrl || new URL(`${this.urls.hubPrefix}oauth_callback`, this.landing.originOf(request)).href;
    try {
      const { url, state, remembered } = await external.begin(callbackUrl);
      this.states.remember(request, reply, state, { callbackUrl, next, remembered });
      await reply.redirect(url, 302);
    } catch (error) {
      await this.page.send(request, reply, { next, problem: this.#problemOf(error, external, request) });
    }
  }

  @Get('oauth_callback')
  @Open('strangers come back here')
  async finish(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    const external = this.#requireExternal();
    const query = queryOf(request);
    const pending = this.states.take(request, reply, query.get('state') ?? '');
    if (!pending) return this.page.send(request, reply, { next: '', problem: OUT_OF_PLACE });
    const next = this.landing.safe(request, pending.next);
    const outcome = await this.#attempt(request, query, external, pending);
    if ('login_error' in outcome) {
      noteForAudit(request, { action: 'login', denial: outcome.login_error });
      return this.page.send(request, reply, { next, problem: outcome });
    }
    // its own query is about the login, and is not for the page that follows
    await this.page.welcome(request, reply, outcome, next || (await this.landing.usual(request, outcome)));
  }

  async #attempt(request: HubRequest, query: URLSearchParams, external: ExternalLogin, { callbackUrl, remembered }: PendingLogin): Promise<UserRow | LoginProblem> {
    try {
      const model = await external.finish(callbackUrl, query, remembered, AbortSignal.timeout(LONGEST_LOGIN_MS));
      const user = await this.logins.logInAs(model, addressOf(request));
      return user ?? { login_error: external.refusal, login_hint: '', status: 403 };
    } catch (error) {
      return this.#problemOf(error, external, request);
    }
  }

  /** The log says more than the page: what the person cannot mend is for whoever runs the hub. */
  #problemOf(error: unknown, { service }: ExternalLogin, request: HubRequest): LoginProblem {
    const problem = externalProblemOf(error, service);
    if (!problem) throw error;
    log.warn(`A login through ${service} from ${addressOf(request)} failed: ${withCause(error)}`);
    return problem;
  }

  #requireExternal(): ExternalLogin {
    const { external } = this.authenticator;
    if (!external) throw new NotFoundError('People do not log in elsewhere');
    return external;
  }
}

/** What went wrong, and why, unless that is said already. */
function withCause(error: unknown): string {
  const message = messageOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : '';
  return cause === '' || message.includes(cause) ? message : `${message} (${cause})`;
}
