import { InvalidInputError } from '../errors.js';

/** What the body of `POST users/NAME/tokens` asks for. */
export interface TokenRequestBody {
  note?: string;
  scopes?: string[];
  roles?: string[];
  /** Seconds; undefined: never, or the longest that is allowed. */
  expiresIn?: number;
  /** A login in place of a token or cookie. */
  auth?: unknown;
}

const LONGEST_NOTE = 1023;

/**
 * Reads the body with the rules of reference rest-api 1.4.
 * @throws InvalidInputError naming what is wrong
 */
export function tokenRequest(json: unknown): TokenRequestBody {
  const nothing = !json || (Array.isArray(json) && json.length === 0);
  if (!nothing && (typeof json !== 'object' || Array.isArray(json))) throw new InvalidInputError('Body must be a JSON dict or empty');
  const { note, scopes, roles, expires_in, auth } = (nothing ? {} : json) as Record<string, unknown>;
  const request = { scopes: stringList('scopes', scopes), roles: stringList('roles', roles) };
  if (request.scopes && request.roles) throw new InvalidInputError('Can only assign one of scopes or roles when creating tokens.');
  return { ...request, auth, note: note ? String(note).slice(0, LONGEST_NOTE) : undefined, expiresIn: seconds(expires_in) };
}

function stringList(key: string, value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new InvalidInputError(`token ${key} must be null or a list of strings, not ${JSON.stringify(value)}`);
}

function seconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw new InvalidInputError(`token expires_in must be null or integer, not ${JSON.stringify(value)}`);
  if ((value as number) < 0) throw new InvalidInputError(`expires_in must be a positive integer or null, not ${String(value)}`);
  return value as number;
}

const LATEST = Date.UTC(9999, 11, 31);

/**
 * When a token expires.
 * @param expiresIn seconds as asked for; 0 and undefined mean never, unless there is a limit
 * @param limit `token_expires_in_max_seconds`; 0: none
 * @throws InvalidInputError beyond the limit
 */
export function expiryOf(expiresIn: number | undefined, limit: number, now = Date.now()): Date | null {
  if (limit > 0 && expiresIn !== undefined && expiresIn > limit) {
    throw new InvalidInputError(`token expires_in: ${expiresIn} must not exceed ${limit}`);
  }
  // JupyterHub lets 0 slip past the limit; here a limit is a limit
  const life = expiresIn || limit;
  return life > 0 ? new Date(Math.min(now + life * 1000, LATEST)) : null;
}
