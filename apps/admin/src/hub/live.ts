import type { QueryClient } from '@tanstack/react-query';
import { HubApiError, type HubEvent, sleep } from '#hub-client/client';
import { Touched } from './changes.js';
import { hub } from './hub.js';

/** Events of so many milliseconds are answered together. */
const GATHER_MS = 400;
/** When a hub ends, the proxy in between leaves its streams open and silent: each is opened anew before anybody misses much. */
const RENEW_MS = 60_000;
const PAUSES_MS = [1_000, 2_000, 5_000, 15_000];

let following = false;

/** Whether changes are told by the hub, so that hardly anything has to be asked for again. */
export const isLive = (): boolean => following;

/** Keeps what is shown up to date as long as somebody can see it: a tab in the background holds no connection. */
export function keepUpToDate(queries: QueryClient): void {
  let stop: AbortController | undefined;
  const look = () => {
    stop?.abort();
    stop = document.hidden ? undefined : new AbortController();
    if (stop) void follow(queries, stop.signal);
  };
  document.addEventListener('visibilitychange', look);
  look();
}

/** Follows the stream, and begins it anew when it ends. */
async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  const seen = reader(queries);
  for (let failures = 0; !signal.aborted; ) {
    const renewal = AbortSignal.timeout(RENEW_MS);
    const until = AbortSignal.any([signal, renewal]);
    const answer = await hub.operations.followEvents((event) => ((failures = 0), seen(event)), { signal: until }).catch((error: unknown) => error);
    if (renewal.aborted) continue;
    following = false;
    // not for this person, or a hub without it: what is shown is asked for every few seconds
    if (answer instanceof HubApiError && answer.status < 429) return;
    await sleep(PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]!, signal).catch(() => undefined);
  }
}

function reader(queries: QueryClient): (event: HubEvent) => void {
  const touched = new Touched();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const renew = () => {
    timer = undefined;
    const isTouched = touched.take();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey) });
  };
  return (event) => {
    following = true;
    touched.add(event);
    timer ??= setTimeout(renew, GATHER_MS);
  };
}
