import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_URLS } from '../config/config.module.js';
import type { HubUrls } from '../config/urls.js';
import { withoutSql } from '../database/outages.js';
import { HiddenError, HubError, NotAllowedError } from '../errors.js';
import { noteForAudit } from './audit-note.js';
import { ErrorPages } from './error-pages.js';
import { errorAnswer } from './error-status.js';
import { type HubReply, type HubRequest, speaksJson } from './hub-request.js';
import { LoginRequiredError } from './login-required.js';

const log = new Logger('http');

/** Answers for everything that is thrown: JSON `{status, message}` below the API, a page elsewhere. */
@Catch()
@Injectable()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    private readonly pages: ErrorPages,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<HubRequest>();
    const reply = host.switchToHttp().getResponse<HubReply>();
    if (reply.sent || reply.raw.headersSent) return void log.warn(`${request.method} ${request.url} failed after its answer had begun: ${String(error)}`);
    if (error instanceof LoginRequiredError) {
      await reply.redirect(`${this.urls.hubPrefix}login?next=${encodeURIComponent(error.next)}`, 302);
      return;
    }
    await this.#answer(error, request, reply);
  }

  async #answer(error: unknown, request: HubRequest, reply: HubReply): Promise<void> {
    const answer = errorAnswer(error);
    if (error instanceof NotAllowedError || error instanceof HiddenError) noteForAudit(request, { denial: error.message });
    if (answer.status === 500) tell(request, withoutSql(error));
    if (answer.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(answer.retryAfterSeconds));
    void reply.code(answer.status);
    if (speaksJson(request.url.split('?')[0]!)) await reply.type('application/json').send(JSON.stringify({ status: answer.status, message: answer.message }));
    else await reply.type('text/html; charset=utf-8').send(await this.pages.render(request, reply, answer, error));
  }
}

function tell({ method, routeOptions, url }: HubRequest, error: unknown): void {
  const what = `${method} ${routeOptions.url ?? url} failed`;
  // a failure that the hub foresaw explains itself; the stack is for those it did not
  if (error instanceof HubError) log.error(`${what}: ${error.message}`);
  else log.error(what, error instanceof Error ? (error.stack ?? error.message) : String(error));
}
