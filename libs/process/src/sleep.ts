/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await settlesWithin(new Promise(() => {}), ms, signal);
}

/** Whether `promise` resolves within `ms`; rejects when it rejects, and with the signal's reason once that is aborted. */
export function settlesWithin(promise: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abandon);
      how();
    };
    const abandon = () => settle(() => reject(signal!.reason as Error));
    const timer = setTimeout(() => settle(() => resolve(false)), ms);
    signal?.addEventListener('abort', abandon);
    promise.then(
      () => settle(() => resolve(true)),
      (error: unknown) => settle(() => reject(error as Error)),
    );
  });
}
