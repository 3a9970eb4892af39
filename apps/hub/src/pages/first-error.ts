/**
 * The error of a piece of work, if it fails soon; undefined when it succeeds or takes longer. The work goes on, and a later failure is
 * for whoever does it to record.
 */
export async function firstError(work: Promise<unknown>, milliseconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  const outcome = work.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
