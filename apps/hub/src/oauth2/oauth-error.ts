import { InvalidInputError } from '../errors.js';

/** An authorization request that cannot even be answered at its redirect URI, shown to the person instead (RFC 6749, 4.1.2.1). */
export class InvalidAuthorizeRequestError extends InvalidInputError {
  override readonly code = 'invalid-authorize-request';
}

/** An authorization request that is refused at its redirect URI. */
export class AuthorizeRefusedError extends Error {
  constructor(
    /** RFC 6749 error code, e.g. `invalid_scope`. */
    readonly error: string,
    readonly description?: string,
  ) {
    super(description ?? error);
    this.name = 'AuthorizeRefusedError';
  }
}
