import { useSyncExternalStore } from 'react';

const STEP_MS = 10_000;

function everyStep(changed: () => void): () => void {
  const timer = setInterval(changed, STEP_MS);
  return () => clearInterval(timer);
}

/** The time in milliseconds, renewed every few seconds: a page is left open for hours. Rounded up, so that what has just happened is past. */
export const useNow = (): number => useSyncExternalStore(everyStep, () => Math.ceil(Date.now() / STEP_MS) * STEP_MS);
