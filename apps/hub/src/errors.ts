/** A failure the hub can explain: the message says "cannot X: because Y", and `cause` keeps what was caught. */
export class HubError extends Error {
  /** Stable, machine-readable name of the failure, e.g. `not-found`. */
  readonly code: string = 'internal';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What was asked for does not exist, or the caller may not know that it does. */
export class NotFoundError extends HubError {
  override readonly code = 'not-found';
}

/** There may be such a thing, but the caller is not permitted to know. */
export class HiddenError extends NotFoundError {}

/** The caller is unknown, or known and not permitted. */
export class NotAllowedError extends HubError {
  override readonly code = 'not-allowed';
}

/** A login that is refused for a reason that the person may know. */
export class LoginRefusedError extends NotAllowedError {}

/** A login whose password was right, and that takes a one-time code as well. */
export class SecondStepRequiredError extends NotAllowedError {
  /** @param firstStep what proves later that the password was right, as long as it stays the same */
  constructor(readonly firstStep: string) {
    super('A one-time code is needed as well');
  }
}

/** The request says something that cannot be carried out as it stands. */
export class InvalidInputError extends HubError {
  override readonly code: string = 'invalid-input';
}

/** The request contradicts what is there already. */
export class ConflictError extends HubError {
  override readonly code = 'conflict';
}

/** The resource exists, but not for this method (a service from the config cannot be removed by the API). */
export class NotModifiableError extends HubError {
  override readonly code = 'not-modifiable';
}

/** The body is larger than the hub reads. */
export class TooLargeError extends HubError {
  override readonly code = 'too-large';
}

/** The body is in an encoding or media type that the hub does not read. */
export class UnsupportedContentError extends HubError {
  override readonly code = 'unsupported-content';
}

/** A limit is reached; `retryAfterSeconds`, when known, says when to try again. */
export class LimitReachedError extends HubError {
  override readonly code = 'limit-reached';

  constructor(
    message: string,
    readonly retryAfterSeconds?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Something the hub depends on (database, proxy, port) is not there or does not answer. */
export class UnavailableError extends HubError {
  override readonly code: string = 'unavailable';
}

/** A function of the config did not do what it is for: it threw, took too long, or gave what cannot be used. */
export class HookError extends HubError {
  override readonly code: string = 'hook';
}

/** The hub cannot start as configured. Printed without a stack; the process exits with status 1. */
export class StartupError extends HubError {
  override readonly code: string = 'startup';
}

/** The text of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
