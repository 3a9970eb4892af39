/** When a process that ended by itself is started again. Names follow systemd's. */
export interface RestartPolicy {
  /** Whether it is started again at all; `no` is for what does its work and ends. */
  restart: 'always' | 'no';
  /** Wait before the first restart; each further one in a row doubles it. */
  delayMs: number;
  maxDelayMs: number;
  /** Having run this long, earlier restarts are forgotten. */
  resetAfterMs: number;
  /** Restarts in a row before giving up; 0: never give up. */
  startLimit: number;
  /** From the start until it must be ready. */
  startTimeoutMs: number;
}

export const DEFAULT_RESTART_POLICY: RestartPolicy = {
  restart: 'always',
  delayMs: 500,
  maxDelayMs: 30_000,
  resetAfterMs: 60_000,
  startLimit: 0,
  startTimeoutMs: 30_000,
};

/** Milliseconds before restart number `attempt` (from 1): up to a tenth longer than the curve, so that what fell together does not rise together. */
export function restartDelay(attempt: number, { delayMs, maxDelayMs }: RestartPolicy, random = Math.random): number {
  return Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1)) * (1 + random() / 10);
}

export const limitReached = (attempt: number, { startLimit }: RestartPolicy): boolean => startLimit > 0 && attempt > startLimit;
