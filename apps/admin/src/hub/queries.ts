import { QueryClient } from '@tanstack/react-query';
import { HubApiError } from '#hub-client/client';
import { isLive } from './live.js';

/** Milliseconds after which what is shown is asked for again: for what no event tells, such as when somebody was last active. */
const REFRESH_MS = 30_000;
/** The same while the hub tells no changes. */
const POLL_MS = 5_000;
const MOST_RETRIES = 2;

/** What the hub refused it refuses again; what did not reach it may. */
const mayRetry = (failures: number, error: Error) => !(error instanceof HubApiError) && failures < MOST_RETRIES;

export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { refetchInterval: () => (isLive() ? REFRESH_MS : POLL_MS), staleTime: 1_000, retry: mayRetry },
      mutations: { retry: false },
    },
  });
