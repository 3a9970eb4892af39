import { sleep } from '../deadline.js';

/**
 * Repeats a step until the signal fires: once at once, then at every multiple of the interval. A slow step skips the times it
 * overran and never overlaps itself; when the signal fires a running step is awaited.
 *
 * @param seconds from one start to the next
 * @param step must handle its own failures: what it throws ends the loop
 */
export async function every(seconds: number, step: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const intervalMs = seconds * 1000;
  const first = Date.now();
  for (let turn = 0; !signal.aborted;) {
    await step();
    turn = Math.max(turn + 1, Math.ceil((Date.now() - first) / intervalMs));
    await sleep(first + turn * intervalMs - Date.now(), signal).catch(() => undefined);
  }
}
