import { Get, Inject, Logger, Req, Res } from '@nestjs/common';
import { authenticatorTraits } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR, type ExternalLogin, type KnownUser } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { messageOf } from '../errors.js';
import { Open } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Sessions } from '../http/sessions.js';
import { AuthStates } from '../identity/auth-states.js';
import type { Caller } from '../identity/caller.js';
import { EndedSessions } from '../identity/ended-sessions.js';
import { TokenStore } from '../identity/token-store.js';
import { logoutDuration } from '../metrics.js';
import { ServersService } from '../servers/servers.service.js';
import { Pages } from './pages.service.js';

const log = new Logger('login');

type Forget = NonNullable<ExternalLogin['forget']>;

@PageController('logout')
export class LogoutController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly authStates: AuthStates,
    private readonly sessions: Sessions,
    private readonly tokens: TokenStore,
    private readonly ended: EndedSessions,
    private readonly servers: ServersService,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Open('whoever is logged out already has nothing to lose')
  async logOut(@Req() request: HubRequest, @Res() reply: HubReply): Promise<void> {
    if (request.caller) await this.#end(request, reply, request.caller);
    request.caller = undefined;
    const { logoutUrl = '' } = this.authenticator.external ?? {};
    // with auto_login, the login page would log the person in again
    if (logoutUrl) await reply.redirect(logoutUrl, 302);
    else if (authenticatorTraits(this.config).auto_login) await this.pages.send(request, reply, 'logout.html');
    else await reply.redirect(`${this.urls.hubPrefix}login`, 302);
  }

  async #end(request: HubRequest, reply: HubReply, caller: Caller): Promise<void> {
    noteForAudit(request, { action: 'logout', actor: caller, target: { kind: 'user', name: caller.name } });
    const end = logoutDuration.startTimer();
    if (caller.session?.id) await this.#endSession(caller.id, caller.session.id);
    this.sessions.close(request, reply);
    log.log(`User logged out: ${caller.name}`);
    if (this.config.JupyterHub.shutdown_on_logout) await this.#stopServers(caller);
    if (this.authenticator.external?.forget) await this.#forgetElsewhere(caller, this.authenticator.external.forget);
    end();
  }

  /** What servers and services were given for this browser ends with it. */
  async #endSession(userId: number, sessionId: string): Promise<void> {
    this.ended.add(sessionId);
    await this.tokens.revokeSession(userId, sessionId);
  }

  /** Begins to end what the login began at the other site; the person does not wait for it. */
  async #forgetElsewhere({ id, name }: Caller, forget: Forget): Promise<void> {
    const authState = (await this.authStates.ofUser(id)) as KnownUser['authState'];
    forget({ name, authState }).catch((error: unknown) => log.warn(`Cannot end the login of ${name} elsewhere: ${messageOf(error)}`));
  }

  /** Begins to stop all servers; the person does not wait for it. */
  async #stopServers({ id, name }: Caller): Promise<void> {
    const servers = await this.servers.modelsOf({ id, name }, { includeStopped: false });
    for (const server of servers) {
      this.servers.stop({ id, name }, server.name, { cause: { code: 'logout' } }).catch((error: unknown) => {
        log.error(`Cannot stop the server ${name}/${server.name} after its owner logged out: ${messageOf(error)}`);
      });
    }
  }
}
