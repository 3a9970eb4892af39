import { type FollowLogOptions, HubApiError, type LogReader, sleep } from '#hub-client/client';
import { useEffect, useEffectEvent, useReducer, useState } from 'react';
import { EMPTY_LOG, logReducer, type LogState } from './log-lines.js';

const TAIL = 300;
const PAUSE_MS = 2_000;

/** Something that prints. */
export interface LogSource {
  read: (options: FollowLogOptions) => Promise<string[]>;
  follow: (seen: LogReader, options: FollowLogOptions) => Promise<void>;
}

/** The last lines of a source and, if it is followed, each further one; a stream that ends is begun anew. */
export function useLog(source: LogSource, key: string, follows: boolean): LogState & { error: Error | null } {
  const [state, tell] = useReducer(logReducer, EMPTY_LOG);
  const [error, setError] = useState<Error | null>(null);
  const read = useEffectEvent(async (signal: AbortSignal) => {
    tell('clear');
    if (follows) await source.follow(tell, { tail: TAIL, signal });
    else tell({ lines: await source.read({ tail: TAIL, signal }) });
    setError(null);
  });
  useEffect(() => {
    const stop = new AbortController();
    void keepReading(stop.signal, read, setError, follows);
    return () => stop.abort();
  }, [key, follows]);
  return { ...state, error };
}

async function keepReading(signal: AbortSignal, read: (signal: AbortSignal) => Promise<void>, failed: (error: Error) => void, again: boolean): Promise<void> {
  do {
    const error = await read(signal).catch((thrown: Error) => thrown);
    if (signal.aborted) return;
    if (error) failed(error);
    if (error instanceof HubApiError) return;
    await sleep(PAUSE_MS, signal).catch(() => undefined);
  } while (again && !signal.aborted);
}
