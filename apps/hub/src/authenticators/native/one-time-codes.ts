import { createHash, randomInt } from 'node:crypto';

/** How far a clock may be off, in steps of 30 seconds either way (RFC 6238, 5.2). */
const WINDOW = 1;
const STEP_MS = 30_000;
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** Without letters that look like figures. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** What an authenticator app is given. */
export interface NewSecret {
  /** In base32, to be typed. */
  secret: string;
  /** The same as an address, to be scanned: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. */
  uri: string;
}

/** @param issuer what the app calls the hub @param account what it calls the account */
export async function newSecret(issuer: string, account: string): Promise<NewSecret> {
  const { Secret, TOTP } = await import('otpauth');
  const secret = new Secret({ size: SECRET_BYTES });
  return { secret: secret.base32, uri: new TOTP({ issuer, label: account, secret }).toString() };
}

/**
 * The time step (RFC 6238, 4.2) that a code of six figures belongs to, if it fits one that is near.
 * @param secret in base32
 * @param now ms since the epoch
 */
export async function stepOf(code: string, secret: string, now: number): Promise<number | undefined> {
  const { Secret, TOTP } = await import('otpauth');
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? undefined : Math.floor(now / STEP_MS) + delta;
}

/** A handful of codes for somebody who has lost their device, of 80 bits each. */
export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, () => Array.from({ length: GROUPS }, randomGroup).join('-'));

const randomGroup = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** What somebody typed, without what only parts it. */
export const bareCode = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toLowerCase();

/** What is stored of a recovery code; it is too long to be guessed, so nothing slower is needed. */
export const recoveryHash = (code: string): string => createHash('sha256').update(bareCode(code)).digest('hex');
