import type { LogLines } from '#hub-client/client';

/** As many as a person may want to scroll through. */
const MOST_LINES = 2_000;

export interface LogState {
  lines: readonly string[];
  /** How many lines came before the first one that is kept: keys of lines count on. */
  dropped: number;
}

export const EMPTY_LOG: LogState = { lines: [], dropped: 0 };

/** Colours and the like, which terminals read. */
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** Adds what was printed; `clear` begins anew. */
export function logReducer(state: LogState, news: LogLines | 'clear'): LogState {
  if (news === 'clear') return EMPTY_LOG;
  const skipped = news.skipped ? [`… ${news.skipped} bytes were left out: too much was printed to follow …`] : [];
  const all = [...state.lines, ...skipped, ...news.lines.map((line) => line.replace(ESCAPES, ''))];
  const extra = Math.max(0, all.length - MOST_LINES);
  return { lines: all.slice(extra), dropped: state.dropped + extra };
}
