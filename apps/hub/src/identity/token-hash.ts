import { createHash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';

/** Rounds for secrets that a person may have chosen; those generated here have entropy enough for one. */
export const SLOW_ROUNDS = 16_384;
export const PREFIX_LENGTH = 4;

/** A new API or server token: a uuid4 as 32 hex digits. */
export const newToken = (): string => randomUUID().replaceAll('-', '');

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new OAuth access token or code: 30 letters and digits. */
export const newOAuthSecret = (): string => Array.from({ length: 30 }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join('');

/**
 * `sha512:ROUNDS:SALT:HEX` with HEX = sha512(SALT as ASCII + token repeated ROUNDS times), as JupyterHub stores it
 * (reference hub-behaviour 6.3).
 */
export function hashToken(token: string, rounds = 1, salt = randomBytes(8).toString('hex')): string {
  return `sha512:${rounds}:${salt}:${digest(token, rounds, salt)}`;
}

/** Whether checking a token against this hash costs next to nothing. */
export const isFastHash = (hashed: string): boolean => hashed.startsWith('sha512:1:');

/** Compares in constant time. */
export function tokenMatches(token: string, hashed: string): boolean {
  const [algorithm, rounds, salt, expected] = hashed.split(':');
  if (algorithm !== 'sha512' || !rounds || !salt || !expected) return false;
  const actual = digest(token, Number(rounds), salt);
  return actual.length === expected.length && timingSafeEqual(Buffer.from(actual), Buffer.from(expected));
}

const digest = (token: string, rounds: number, salt: string) =>
  createHash('sha512').update(salt).update(Buffer.alloc(Buffer.byteLength(token) * rounds, token)).digest('hex');
