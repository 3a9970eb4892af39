import type { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { HubError, LoginRefusedError, messageOf, UnavailableError } from '../../errors.js';

const LONGEST_QUOTE = 200;

/**
 * What went wrong at, or on the way to, a provider, in words for the person; `cause` has words for the log, without tokens.
 * @param service what people call the provider
 */
export function providerError(error: unknown, service: string): HubError {
  const known = chainOf(error).find((one) => one instanceof HubError);
  if (known) return known;
  const cause = new Error(detailsOf(error));
  if (isRefusal(error)) return new LoginRefusedError(refusalOf(error, service), { cause });
  if (isOfTokenEndpoint(error)) return ofTokenEndpoint(error, service, cause);
  const hint = 'Try again, and tell whoever runs this hub if it stays like this.';
  return new LoginRefusedError(`What ${service} answered cannot be trusted, so you were not logged in. ${hint}`, { cause });
}

/** What went wrong before there was anybody to log in: while a provider was asked where its endpoints and keys are. */
export function descriptionError(error: unknown, service: string): UnavailableError {
  const known = chainOf(error).find((one) => one instanceof UnavailableError);
  return known ?? new UnavailableError(`cannot log in through ${service}: because what it tells of itself cannot be used`, { cause: new Error(detailsOf(error)) });
}

const codeOf = (error: unknown) => (error as { code?: unknown } | null)?.code;
const isRefusal = (error: unknown): error is AuthorizationResponseError => codeOf(error) === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR';
const isOfTokenEndpoint = (error: unknown): error is ResponseBodyError => codeOf(error) === 'OAUTH_RESPONSE_BODY_ERROR';

/** The errors that led to one, itself first. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && chain.length < 5; one = (one as { cause?: unknown } | null)?.cause) chain.push(one);
  return chain;
}

function refusalOf({ error, error_description }: AuthorizationResponseError, service: string): string {
  if (error === 'access_denied') return `${service} did not let you in: you, or somebody there, did not agree.`;
  return `${service} did not let you in: ${quoted(error_description ?? error)}.`;
}

function ofTokenEndpoint({ error }: ResponseBodyError, service: string, cause: Error): HubError {
  if (['invalid_client', 'unauthorized_client', 'incorrect_client_credentials'].includes(error)) {
    return new UnavailableError(`cannot log in through ${service}: because it does not accept client_id and client_secret (${error})`, { cause });
  }
  if (['invalid_grant', 'bad_verification_code'].includes(error)) return new LoginRefusedError('This login has been used already, or has expired.', { cause });
  return new LoginRefusedError(`${service} did not finish this login. Tell whoever runs this hub.`, { cause });
}

/** What somebody else wrote, fit to be shown: short, and in one line. */
const quoted = (text: string) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim().slice(0, LONGEST_QUOTE);

/** Of errors and what led to them the messages only: bodies and claims hold tokens. */
function detailsOf(error: unknown): string {
  if (isRefusal(error) || isOfTokenEndpoint(error)) {
    return quoted(`${error.error}${error.error_description ? `: ${error.error_description}` : ''}`);
  }
  const messages = chainOf(error).filter((one) => one instanceof Error).map(messageOf);
  return [...new Set(messages), ...comparisonIn(error)].join(': ');
}

interface Comparison {
  claim: 'iss' | 'aud' | 'exp' | (string & {});
  expected?: unknown;
  claims: Record<string, unknown>;
}

/** Which claim was not as expected; issuers and audiences are no secrets. */
function comparisonIn(error: unknown): string[] {
  const found = chainOf(error).find((one): one is Comparison => typeof one === 'object' && one !== null && 'claim' in one && 'claims' in one);
  if (!found) return [];
  const { claim, claims, expected } = found;
  return [['iss', 'aud'].includes(claim) ? `${claim} is ${JSON.stringify(claims[claim])}, expected ${JSON.stringify(expected)}` : claim];
}
