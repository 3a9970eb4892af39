import { Logger } from '@nestjs/common';
import { ConflictError, InvalidInputError, LimitReachedError, NotAllowedError, UnavailableError } from '../errors.js';
import { noteForAudit } from '../http/audit-note.js';
import { errorAnswer } from '../http/error-status.js';
import type { HubReply, HubRequest } from '../http/hub-request.js';
import { inWords } from '../servers/spawn-limits.js';

const log = new Logger('pages');
const EXPLAINED = [ConflictError, InvalidInputError, LimitReachedError, NotAllowedError, UnavailableError];

/** What a form says that could not be carried out. */
export interface FormProblem {
  problem: string;
  hint: string;
  status: number;
}

/**
 * Puts what went wrong into words for whoever filled in a form, and into the answer's headers and the audit.
 * @throws what it was given, if that is for the page of errors
 */
export function formProblem(request: HubRequest, reply: HubReply, error: unknown): FormProblem {
  if (!EXPLAINED.some((type) => error instanceof type)) throw error;
  const { status, message, retryAfterSeconds } = errorAnswer(error);
  if (error instanceof UnavailableError) {
    // what is broken is for whoever runs the hub to know
    log.error(`Cannot carry out ${request.method} ${request.routeOptions.url}: ${message}`);
    return { problem: 'This cannot be done right now.', hint: 'Nothing is wrong with what you typed. Try again in a minute.', status };
  }
  if (error instanceof NotAllowedError || error instanceof LimitReachedError) noteForAudit(request, { denial: message });
  if (retryAfterSeconds === undefined) return { problem: message, hint: '', status };
  void reply.header('Retry-After', String(retryAfterSeconds));
  return { problem: message, hint: `Nothing was done this time. Wait ${inWords(retryAfterSeconds)} and try again.`, status };
}
