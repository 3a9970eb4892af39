import { AuthorizeRefusedError, InvalidAuthorizeRequestError } from './oauth-error.js';

const ONCE = ['client_id', 'response_type', 'redirect_uri', 'scope', 'state'];
const CHALLENGE_METHODS = ['plain', 'S256'];

export interface AuthorizeRequest {
  clientId: string;
  redirectUri?: string;
  responseType?: string;
  state?: string;
  scopes: string[];
  codeChallenge?: string;
  codeChallengeMethod?: string;
  /** Where the answer goes in the redirect: `?` or `#`. */
  separator: '?' | '#';
}

/**
 * Reads the query of an authorization request (reference rest-api 5.3, rows 2, 3 and 5).
 * @throws InvalidAuthorizeRequestError
 */
export function readAuthorizeRequest(query: URLSearchParams): AuthorizeRequest {
  for (const name of ONCE) {
    if (query.getAll(name).length > 1) throw new InvalidAuthorizeRequestError(`Duplicate ${name} parameter.`);
  }
  const get = (name: string) => query.get(name) || undefined;
  const clientId = get('client_id');
  if (!clientId) throw new InvalidAuthorizeRequestError('Missing client_id parameter.');
  return {
    clientId,
    redirectUri: get('redirect_uri'),
    responseType: get('response_type'),
    state: get('state'),
    scopes: (get('scope') ?? '').split(' ').filter(Boolean),
    codeChallenge: get('code_challenge'),
    codeChallengeMethod: get('code_challenge_method'),
    separator: get('response_mode') === 'fragment' ? '#' : '?',
  };
}

/**
 * The redirect URI to answer at: exactly the registered one.
 * @throws InvalidAuthorizeRequestError (rows 5 to 7)
 */
export function redirectTarget({ redirectUri }: AuthorizeRequest, registered: string | null): string {
  if (redirectUri !== undefined && !/^([a-z][a-z0-9+.-]*:|\/)/i.test(redirectUri)) throw new InvalidAuthorizeRequestError('Invalid redirect URI.');
  if (redirectUri !== undefined && redirectUri !== registered) throw new InvalidAuthorizeRequestError('Mismatching redirect URI.');
  if (!registered) throw new InvalidAuthorizeRequestError('Missing redirect URI.');
  return registered;
}

/**
 * What is wrong with the rest of the request is told at the redirect URI (rows 8 to 10).
 * @throws AuthorizeRefusedError
 */
export function checkResponse(request: AuthorizeRequest, requirePkce: boolean): void {
  const { responseType, codeChallenge, codeChallengeMethod } = request;
  if (responseType === undefined) throw new AuthorizeRefusedError('invalid_request', 'Missing response_type parameter.');
  if (responseType !== 'code') throw new AuthorizeRefusedError('unsupported_response_type');
  if (requirePkce && !codeChallenge) throw new AuthorizeRefusedError('invalid_request', 'Code challenge required.');
  if (codeChallenge && !CHALLENGE_METHODS.includes(codeChallengeMethod ?? 'plain')) {
    throw new AuthorizeRefusedError('invalid_request', 'Transform algorithm not supported.');
  }
}

/** The redirect URI with an answer added to it. */
export function answerAt(uri: string, { state, separator }: Pick<AuthorizeRequest, 'state' | 'separator'>, answer: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...answer, state })) if (value !== undefined) parameters.set(name, value);
  const glue = separator === '?' && uri.includes('?') ? '&' : separator;
  return `${uri}${glue}${parameters}`;
}
