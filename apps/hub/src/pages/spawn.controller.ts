import { Get, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { HubError, InvalidInputError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { noteForAudit } from '../http/audit-note.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { errorAnswer } from '../http/error-status.js';
import { hookHandler } from '../http/hook-handler.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { SpawnError } from '../spawners/spawn-error.js';
import { firstError } from './first-error.js';
import { Landing, queryOf } from './landing.js';
import { pageUser } from './page-user.js';
import { Pages } from './pages.service.js';
import { type PageServer, ServerPages } from './server-pages.js';
import { type SpawnForm, SpawnForms } from './spawn-form.js';
import { optionsFromQuery, readForm, type SentForm } from './spawn-options.js';

const log = new Logger('pages');
const EARLY_ERROR_MS = 1000;
const PATHS = ['', ':user', ':user/:server'];

/** A request about a server, and the form that belongs to it. */
interface Asked {
  request: HubRequest;
  reply: HubReply;
  server: PageServer;
  form: SpawnForm;
}

/** `/hub/spawn[/USER[/SERVER]]`: starts a server, with options from a form or the address (reference hub-behaviour 7.6). */
@PageController('spawn')
export class SpawnController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly servers: ServersService,
    private readonly serverPages: ServerPages,
    private readonly forms: SpawnForms,
    private readonly landing: Landing,
    private readonly pages: Pages,
  ) {}

  @Get(PATHS)
  @NeedsLogin()
  async show(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const server = await this.#find(request, caller);
    if (server.view.ready) return void (await reply.redirect(this.landing.next(request) || server.view.url, 302));
    if (server.view.active) return this.#toPending(request, reply, server);
    const { fields, ignored } = optionsFromQuery(queryOf(request));
    if (ignored.length > 0) log.warn(`Ignoring arguments of ${request.routeOptions.url} that do not begin with opt-: ${JSON.stringify(ignored)}`);
    const asked = { request, reply, server, form: await this.forms.of(server, request) };
    if (Object.keys(fields).length > 0) await this.#startWith(asked, { fields, files: {} });
    else if (asked.form.isEmpty) await this.#start(asked, null);
    else await this.#sendForm(asked);
  }

  @Post(PATHS)
  @NeedsLogin()
  async submit(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const server = await this.#find(request, caller);
    if (server.view.active) throw new InvalidInputError('This server is running already, or on its way up or down.');
    const asked = { request, reply, server, form: await this.forms.of(server, request) };
    let sent;
    try {
      sent = await readForm(request.body as Buffer | undefined, request.headers['content-type']);
    } catch (error) {
      return this.#failed(asked, error);
    }
    await this.#startWith(asked, sent);
  }

  async #find(request: HubRequest, caller: Caller): Promise<PageServer> {
    const { user = caller.name, server = '' } = request.params as { user?: string; server?: string };
    const found = await this.serverPages.find(caller, 'servers', user, server);
    if (server && !this.config.JupyterHub.allow_named_servers) throw new InvalidInputError('Named servers are not enabled.');
    return found;
  }

  async #startWith(asked: Asked, sent: SentForm): Promise<void> {
    let options;
    try {
      options = await asked.form.options(sent);
    } catch (error) {
      return this.#failed(asked, error, sent);
    }
    await this.#start(asked, options, sent);
  }

  /** Starts it, and goes to the page that shows how it comes up; what fails at once is said right here. */
  async #start(asked: Asked, options: Record<string, unknown> | null, sent?: SentForm): Promise<void> {
    const { request, reply, server } = asked;
    noteForAudit(request, { action: 'server.start', target: { kind: 'server', name: `${server.user.name}/${server.name}` } });
    const displayName = queryOf(request).get('display_name') ?? undefined;
    const start = this.servers.start(server.user, server.name, { options, handler: hookHandler(request, this.config), ...(displayName && { displayName }) });
    const error = await firstError(start, EARLY_ERROR_MS);
    if (error) await this.#failed(asked, error, sent);
    else await this.#toPending(request, reply, server);
  }

  async #failed(asked: Asked, error: unknown, sent?: SentForm): Promise<void> {
    const { request, reply, server, form } = asked;
    if (!form.isEmpty && error instanceof HubError) return this.#sendForm(asked, error, sent);
    if (!(error instanceof SpawnError)) throw error;
    const failed = await this.serverPages.load(server.user, server.name);
    await this.serverPages.sendNotRunning(request, reply, failed, this.landing.next(request), errorAnswer(error).status);
  }

  async #toPending(request: HubRequest, reply: HubReply, { view }: PageServer): Promise<void> {
    const query = queryOf(request);
    query.delete('_xsrf');
    await reply.redirect(query.size > 0 ? `${view.pending_url}?${query}` : view.pending_url, 302);
  }

  /** @param sent what was typed before; it is kept */
  async #sendForm({ request, reply, server: { user, view }, form }: Asked, problem?: HubError, sent?: SentForm): Promise<void> {
    const answer = problem && errorAnswer(problem);
    if (answer?.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(answer.retryAfterSeconds));
    const query = queryOf(request);
    // in the address, because the body may be multipart, and is an operator's form
    query.set('_xsrf', this.pages.xsrfToken(request, reply));
    const context = {
      url: `${view.spawn_url}?${query}`,
      for_user: pageUser(user, this.urls),
      spawner: view,
      spawner_options_form: form.html,
      profiles: form.profiles(sent),
      typed: sent ? JSON.stringify(sent.fields) : '',
      error_message: answer?.message,
      ...(problem instanceof SpawnError && { error_hint: problem.hint, error_log: problem.log.join('\n') }),
      options_form: true,
    };
    await this.pages.send(request, reply, 'spawn.html', context, answer?.status);
  }
}
