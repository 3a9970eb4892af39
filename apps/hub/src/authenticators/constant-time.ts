import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets of any length without telling by the time taken where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
