import { Get, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { HubError, InvalidInputError } from '../errors.js';
import { NeedsLogin } from '../http/access.js';
import { PageController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { errorAnswer } from '../http/error-status.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import type { Caller } from '../identity/caller.js';
import { ServersService } from '../servers/servers.service.js';
import { traitsOfClass } from '../spawners/spawn-command.js';
import { SpawnError } from '../spawners/spawn-error.js';
import { firstError } from './first-error.js';
import { Landing, queryOf } from './landing.js';
import { pageUser } from './page-user.js';
import { Pages } from './pages.service.js';
import { type PageServer, ServerPages } from './server-pages.js';
import { optionsFromForm, optionsFromQuery, readForm } from './spawn-options.js';

const log = new Logger('pages');
const EARLY_ERROR_MS = 1000;
const PATHS = ['', ':user', ':user/:server'];

type Options = Record<string, unknown> | null;

/** `/hub/spawn[/USER[/SERVER]]`: starts a server, with options from a form or the address (reference hub-behaviour 7.6). */
@PageController('spawn')
export class SpawnController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly servers: ServersService,
    private readonly serverPages: ServerPages,
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
    const hasOptions = Object.keys(fields).length > 0;
    if (!hasOptions && this.#traits.options_form) return this.#sendForm(request, reply, server);
    await this.#start(request, reply, server, hasOptions ? optionsFromForm(this.#traits.options_from_form, fields) : null);
  }

  @Post(PATHS)
  @NeedsLogin()
  async submit(@Req() request: HubRequest, @Res() reply: HubReply, @CurrentCaller() caller: Caller): Promise<void> {
    const server = await this.#find(request, caller);
    if (server.view.active) throw new InvalidInputError('This server is running already, or on its way up or down.');
    let fields;
    try {
      fields = await readForm(request.body as Buffer | undefined, request.headers['content-type']);
    } catch (error) {
      return this.#failed(request, reply, server, error);
    }
    await this.#start(request, reply, server, optionsFromForm(this.#traits.options_from_form, fields));
  }

  get #traits() {
    return traitsOfClass(this.config);
  }

  async #find(request: HubRequest, caller: Caller): Promise<PageServer> {
    const { user = caller.name, server = '' } = request.params as { user?: string; server?: string };
    const found = await this.serverPages.find(caller, 'servers', user, server);
    if (server && !this.config.JupyterHub.allow_named_servers) throw new InvalidInputError('Named servers are not enabled.');
    return found;
  }

  /** Starts it, and goes to the page that shows how it comes up; what fails at once is said right here. */
  async #start(request: HubRequest, reply: HubReply, server: PageServer, options: Options): Promise<void> {
    const displayName = queryOf(request).get('display_name') ?? undefined;
    const start = this.servers.start(server.user, server.name, { options, ...(displayName && { displayName }) });
    const error = await firstError(start, EARLY_ERROR_MS);
    if (error) await this.#failed(request, reply, server, error);
    else await this.#toPending(request, reply, server);
  }

  async #failed(request: HubRequest, reply: HubReply, server: PageServer, error: unknown): Promise<void> {
    if (this.#traits.options_form && error instanceof HubError) return this.#sendForm(request, reply, server, error);
    if (!(error instanceof SpawnError)) throw error;
    const failed = await this.serverPages.load(server.user, server.name);
    await this.serverPages.sendNotRunning(request, reply, failed, this.landing.next(request), errorAnswer(error).status);
  }

  async #toPending(request: HubRequest, reply: HubReply, { view }: PageServer): Promise<void> {
    const query = queryOf(request);
    query.delete('_xsrf');
    await reply.redirect(query.size > 0 ? `${view.pending_url}?${query}` : view.pending_url, 302);
  }

  async #sendForm(request: HubRequest, reply: HubReply, { user, view }: PageServer, problem?: HubError): Promise<void> {
    const answer = problem && errorAnswer(problem);
    if (answer?.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(answer.retryAfterSeconds));
    const query = queryOf(request);
    // in the address, because the body may be multipart, and is an operator's form
    query.set('_xsrf', this.pages.xsrfToken(request, reply));
    const context = {
      url: `${view.spawn_url}?${query}`,
      for_user: pageUser(user, this.urls),
      spawner: view,
      spawner_options_form: this.#traits.options_form,
      error_message: answer?.message,
      ...(problem instanceof SpawnError && { error_hint: problem.hint, error_log: problem.log.join('\n') }),
      options_form: true,
    };
    await this.pages.send(request, reply, 'spawn.html', context, answer?.status);
  }
}
