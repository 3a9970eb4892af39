import { DeadlineError } from './errors.js';

/** The longest that a timer can wait: about 25 days. */
export const FOREVER_MS = 2 ** 31 - 1;

/**
 * Runs `work` with a signal that fires at the deadline or together with `outer`, whichever is first, and cleans both up afterwards.
 * (`AbortSignal.any` keeps its sources alive on Node 20, which a program that runs for months would notice.)
 *
 * @param timeoutMs milliseconds until the signal fires with a DeadlineError
 */
export async function withDeadline<T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const forward = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new DeadlineError(timeoutMs)), timeoutMs);
  outer?.addEventListener('abort', forward, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}

/** Waits `ms` milliseconds; rejects with the signal's reason when that fires first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
