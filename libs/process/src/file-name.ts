import { createHash } from 'node:crypto';

/** Longer file names are refused by most file systems (255 bytes, and what is made of a file adds to them). */
const MAX_NAME = 200;

/** Any name as one plain file name, without an ending; two names never make the same. */
export function fileName(name: string): string {
  // through a Buffer: half a surrogate pair, which encodeURIComponent refuses, becomes U+FFFD
  const safe = encodeURIComponent(Buffer.from(name).toString()).replace(/^\./, '%2E');
  if (safe.length <= MAX_NAME) return safe;
  // `%-` cannot come out of the encoding, so a cut name is never the same as a whole one
  return `${safe.slice(0, MAX_NAME - 40)}%-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}
