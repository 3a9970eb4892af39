/** `changed`: it is there, new or otherwise than before. */
export type Change = 'changed' | 'removed';

/** Something in the hub that is otherwise now, as far as the caller may read it. */
export type HubEvent =
  /** Read anew what you show: the first event of every stream, and after some were lost. */
  | { kind: 'refresh' }
  | {
      kind: 'server';
      change: Change;
      user: string;
      /** '' for the default server. */
      server: string;
      state?: 'stopped' | 'queued' | 'spawn-pending' | 'ready' | 'stop-pending';
      /** Where its start waits for its turn; the estimate is in seconds, null while nobody can know. */
      queue?: { position: number; estimated_wait_seconds: number | null };
    }
  | {
      kind: 'service';
      change: Change;
      service: string;
      /** Absent for services that the hub does not run. */
      state?: 'stopped' | 'starting' | 'running' | 'backoff' | 'stopping' | 'failed';
    }
  | { kind: 'user'; change: Change; user: string }
  | { kind: 'group'; change: Change; group: string }
  /** An account of the hub's own: somebody has signed up, was approved, or was removed. */
  | { kind: 'account'; change: Change; user: string };
