import { LimitReachedError } from '../errors.js';

export interface SpawnLoad {
  /** Servers that are being started, without the one that asks. */
  starting: number;
  /** Starts that wait for their turn. */
  waiting: number;
  /** When the turn of the one that asks would come, in seconds; null while nobody can know. */
  waitSeconds: number | null;
  /** Servers that run, wait, start or stop, without the one that asks; needed only when there is a limit. */
  active: number;
}

export interface SpawnLimits {
  /** 0: no limit. */
  concurrent_spawn_limit: number;
  /** 0: no queue. */
  spawn_queue_limit: number;
  /** 0: no limit. */
  active_server_limit: number;
  /** Least and most seconds until another try. */
  retryRange: readonly [number, number];
}

/**
 * Whether one more server may be started, now or after a wait in the queue (reference hub-behaviour 2.5).
 * @param random from 0 to 1, spreads those who are told to come back when nothing better is known
 * @throws LimitReachedError
 */
export function requireRoom(load: SpawnLoad, limits: SpawnLimits, random = Math.random): void {
  const { concurrent_spawn_limit: concurrent, active_server_limit: most } = limits;
  if (concurrent > 0 && load.starting >= concurrent && load.waiting >= limits.spawn_queue_limit) {
    const [least, longest] = limits.retryRange;
    const known = limits.spawn_queue_limit > 0 ? load.waitSeconds : null;
    const seconds = known ?? Math.round(least + random() * (longest - least));
    throw new LimitReachedError(`Too many users trying to log in right now. Try again in ${inWords(seconds)}.`, seconds);
  }
  if (most > 0 && load.active >= most) throw new LimitReachedError('Active user limit exceeded. Try again in a few minutes.');
}

/** A time that is not known to the second. */
export const inWords = (seconds: number): string => (seconds <= 90 ? `${Math.ceil(seconds / 10) * 10} seconds` : `${Math.round(seconds / 60)} minutes`);
