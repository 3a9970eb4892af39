import { createHash, timingSafeEqual } from 'node:crypto';

/** sha-256 of a text, base64url without padding. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Whether two texts are the same, in a time that tells nothing about where they differ. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
