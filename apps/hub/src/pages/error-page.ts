import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { messageOf } from '../errors.js';
import { ErrorPages } from '../http/error-pages.js';
import { type ErrorAnswer, reasonOf } from '../http/error-status.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { Sessions } from '../http/sessions.js';
import { Pages } from './pages.service.js';
import { Renderer } from './renderer.js';

const log = new Logger('pages');

const HEADINGS: Record<number, string> = {
  400: 'That did not work',
  403: 'You may not do this',
  404: 'There is nothing here',
  405: 'This address does not take such requests',
  413: 'That was too large',
  415: 'That cannot be read',
  429: 'Too many at once',
  500: 'Something went wrong here',
  503: 'Not available right now',
};

const HINTS: Record<number, string> = {
  500: 'The log of the hub says more. Try again; if it happens again, tell whoever runs it.',
  503: 'Try again in a minute.',
};

/** Errors as pages: the operator's `CODE.html` if there is one, else `error.html` (reference hub-behaviour 7.1). */
@Injectable()
export class ErrorPage implements OnModuleInit {
  constructor(
    private readonly errorPages: ErrorPages,
    private readonly renderer: Renderer,
    private readonly pages: Pages,
    private readonly sessions: Sessions,
  ) {}

  onModuleInit(): void {
    this.errorPages.use((request, reply, answer) => this.render(request, reply, answer));
  }

  async render(request: HubRequest, reply: HubReply, { status, message }: ErrorAnswer): Promise<string> {
    const reason = reasonOf(status);
    const context = {
      status_code: status,
      status_message: HEADINGS[status] ?? reason,
      // "Not Found" below "There is nothing here" says nothing
      message: message === reason ? '' : message,
      hint: HINTS[status],
    };
    try {
      // a request that no route takes was never asked who it is from
      request.caller ??= await this.sessions.callerOf(request);
      const template = this.renderer.has(`${status}.html`) ? `${status}.html` : 'error.html';
      return await this.pages.render(request, reply, template, context);
    } catch (error) {
      log.error(`cannot show the error page for ${status}: because ${messageOf(error)}`);
      return `<!doctype html><title>${status}</title><h1>${status} ${HEADINGS[status] ?? reason}</h1>`;
    }
  }
}
