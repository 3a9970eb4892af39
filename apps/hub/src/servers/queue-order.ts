/** One start that waits for its turn. */
export interface Waiting {
  userId: number;
  /** When it was asked for, in ms since the epoch. */
  since: number;
}

/**
 * Who starts next: first come, first served, but a second server waits behind everybody's first, a third behind all second ones.
 * @param starting owners of the servers that are being started, one entry for each server
 */
export function queueOrder<T extends Waiting>(waiting: readonly T[], starting: readonly number[]): T[] {
  const taken = new Map<number, number>();
  for (const userId of starting) taken.set(userId, (taken.get(userId) ?? 0) + 1);
  const ranked = waiting
    .toSorted((a, b) => a.since - b.since)
    .map((entry) => {
      const rank = taken.get(entry.userId) ?? 0;
      taken.set(entry.userId, rank + 1);
      return { entry, rank };
    });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry);
}

/** How long starts take here, in seconds. */
export interface StartTimes {
  /** Of those that have ended, however they ended: they gave their place back. */
  ended: readonly number[];
  /** Of those under way, so far. */
  underWay: readonly number[];
}

/**
 * When somebody at this position will be started, if starts go on as they did lately.
 * @param position 1 for the next one
 * @param places how many start at a time
 * @returns seconds; null when no start has ended yet, for then nobody can know
 */
export function estimatedWaitSeconds(position: number, places: number, { ended, underWay }: StartTimes): number | null {
  if (ended.length === 0) return null;
  const usual = mean(ended);
  // those that take longer than usual already say that times have changed
  const seconds = mean([...ended, ...underWay.filter((soFar) => soFar > usual)]);
  return Math.max(1, Math.ceil((position * seconds) / places));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
