/** A timer of Node's cannot wait longer than this. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * Runs work that has to be done in time. The work is told by its signal; if it does not listen, the caller goes on without it.
 * @param seconds 0 or less: time is up already, and nothing is begun
 * @param late the error when time is up
 * @param parent aborts the work as well, with its own reason
 */
export async function withDeadline<T>(seconds: number, late: () => Error, parent: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const pass = () => over.abort(parent.reason);
  parent.throwIfAborted();
  if (seconds <= 0) throw late();
  parent.addEventListener('abort', pass, { once: true });
  const timer = setTimeout(() => over.abort(late()), Math.min(seconds * 1000, LONGEST_WAIT_MS));
  const aborted = new Promise<never>((_resolve, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([work(over.signal), aborted]);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', pass);
  }
}
