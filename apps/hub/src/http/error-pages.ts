import { Injectable } from '@nestjs/common';
import type { ErrorAnswer } from './error-status.js';
import type { HubReply, HubRequest } from './hub-request.js';

export type RenderErrorPage = (request: HubRequest, reply: HubReply, answer: ErrorAnswer, error: unknown) => Promise<string>;

/** How an error looks to a person. The pages, which live above this floor, say how when they start. */
@Injectable()
export class ErrorPages {
  render: RenderErrorPage = async (_request, _reply, { status }) => `<!doctype html><title>${status}</title><h1>${status}</h1>`;

  use(render: RenderErrorPage): void {
    this.render = render;
  }
}
