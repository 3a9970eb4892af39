/** The hub answered, and said no: `status` and `message` are what it said. */
export class HubApiError extends Error {
  /**
   * @param status HTTP status of the answer
   * @param message the hub's own words
   * @param request method and path that were asked for, e.g. `DELETE /users/ana`
   */
  constructor(
    readonly status: number,
    message: string,
    readonly request: string,
  ) {
    super(message);
    this.name = 'HubApiError';
  }
}

/** The hub did not answer: it cannot be reached, broke off, or took too long. */
export class HubUnreachableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HubUnreachableError';
  }
}

/** A wait that took longer than it may. */
export class DeadlineError extends Error {
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs / 1000} s`);
    this.name = 'DeadlineError';
  }
}

/** The text of anything thrown by a call to the hub, fit for one line of a log. */
export function describeError(error: unknown): string {
  if (error instanceof HubApiError) return `the hub answered ${error.status} to ${error.request}: ${error.message}`;
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed", and keeps why as the cause
  return error.cause && !(error instanceof HubUnreachableError)
    ? `${error.message}: ${describeError(error.cause)}`
    : error.message;
}
