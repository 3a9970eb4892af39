/** How far an action on many has come. */
export interface BulkState {
  names: readonly string[];
  done: readonly string[];
  /** Why it failed, by name. */
  failed: Readonly<Record<string, string>>;
  running: boolean;
}

export type BulkEvent = { type: 'start'; names: readonly string[] } | { type: 'done'; name: string } | { type: 'failed'; name: string; why: string } | { type: 'end' };

export const NOTHING_BULK: BulkState = { names: [], done: [], failed: {}, running: false };

export function bulkReducer(state: BulkState, event: BulkEvent): BulkState {
  switch (event.type) {
    case 'start':
      return { names: event.names, done: [], failed: {}, running: true };
    case 'done':
      return { ...state, done: [...state.done, event.name] };
    case 'failed':
      return { ...state, failed: { ...state.failed, [event.name]: event.why } };
    case 'end':
      return { ...state, running: false };
  }
}

export interface BulkOptions {
  /** So many at the same time. */
  concurrency: number;
  /** Aborted: those under way are finished, no other is begun. */
  signal: AbortSignal;
  tell: (event: BulkEvent) => void;
}

/** Does one thing to each, a few at a time; what fails for one is told, and does not keep the others. */
export async function runBulk(names: readonly string[], act: (name: string) => Promise<unknown>, { concurrency, signal, tell }: BulkOptions): Promise<void> {
  tell({ type: 'start', names });
  const waiting = names.values();
  const worker = async () => {
    for (const name of waiting) {
      if (signal.aborted) return;
      await act(name).then(
        () => tell({ type: 'done', name }),
        (error: Error) => tell({ type: 'failed', name, why: error.message }),
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  tell({ type: 'end' });
}
