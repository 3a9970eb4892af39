import { LimitReachedError } from '../errors.js';

export interface SpawnLoad {
  /** Servers that are being started, without the one that asks. */
  starting: number;
  /** Servers that run, start or stop, without the one that asks; needed only when there is a limit. */
  active: number;
}

export interface SpawnLimits {
  /** 0: no limit. */
  concurrent_spawn_limit: number;
  /** 0: no limit. */
  active_server_limit: number;
  /** Least and most seconds until another try. */
  retryRange: readonly [number, number];
}

/**
 * Whether one more server may be started now (reference hub-behaviour 2.5).
 * @param random from 0 to 1, spreads those who are told to come back
 * @throws LimitReachedError
 */
export function requireRoom(load: SpawnLoad, limits: SpawnLimits, random = Math.random): void {
  const { concurrent_spawn_limit: concurrent, active_server_limit: most } = limits;
  if (concurrent > 0 && load.starting >= concurrent) {
    const [least, longest] = limits.retryRange;
    const seconds = Math.round(least + random() * (longest - least));
    throw new LimitReachedError(`Too many users trying to log in right now. Try again in ${inWords(seconds)}.`, seconds);
  }
  if (most > 0 && load.active >= most) throw new LimitReachedError('Active user limit exceeded. Try again in a few minutes.');
}

const inWords = (seconds: number): string => (seconds <= 90 ? `${Math.ceil(seconds / 10) * 10} seconds` : `${Math.round(seconds / 60)} minutes`);
