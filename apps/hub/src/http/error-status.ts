import { HttpException } from '@nestjs/common';
import { isDatabaseOutage, isUnfitValue } from '../database/outages.js';
import {
  ConflictError,
  HubError,
  InvalidInputError,
  LimitReachedError,
  NotAllowedError,
  NotFoundError,
  NotModifiableError,
  TooLargeError,
  UnavailableError,
  UnsupportedContentError,
} from '../errors.js';

const STATUS: readonly [type: abstract new (...args: never[]) => HubError, status: number][] = [
  [InvalidInputError, 400],
  [NotAllowedError, 403],
  [NotFoundError, 404],
  [NotModifiableError, 405],
  [ConflictError, 409],
  [TooLargeError, 413],
  [UnsupportedContentError, 415],
  [LimitReachedError, 429],
  [UnavailableError, 503],
];

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request body is larger than this hub accepts',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const reasonOf = (status: number): string => REASONS[status] ?? 'Error';

export interface ErrorAnswer {
  status: number;
  /** Fit for strangers: never a stack, a query or a path of this machine. */
  message: string;
  retryAfterSeconds?: number;
}

/** The one place that turns what was thrown into an HTTP status. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof LimitReachedError) return { status: 429, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof HubError) return { status: statusOfHubError(error), message: error.message };
  if (error instanceof HttpException) return { status: error.getStatus(), message: reasonOf(error.getStatus()) };
  if (isDatabaseOutage(error)) return { status: 503, message: 'The database is not available right now. Try again in a moment.', retryAfterSeconds: 5 };
  if (isUnfitValue(error)) return { status: 400, message: 'A name or value of this request is too long, too large or contains characters that cannot be stored' };
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? { status, message: reasonOf(status) } : { status: 500, message: reasonOf(500) };
}

function statusOfHubError(error: HubError): number {
  return STATUS.find(([type]) => error instanceof type)?.[1] ?? 500;
}
