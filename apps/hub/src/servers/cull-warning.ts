import { fromDbTime } from '../database/values.js';
import type { ServerRecord } from './server-record.js';

/** What the owner of a server has been told before it is stopped; times as database text. */
export interface CullWarning {
  /** It is not stopped before. */
  at: string;
  reason: string;
  /** Void once the server was in use after this moment; null: it holds in any case. */
  idleSince: string | null;
  /** The run of the server that it is about. */
  started: string | null;
}

/** The columns of `elara_cull_warnings` in a query that joins it to servers. */
export interface WarningColumns {
  warning_at: string | null;
  warning_reason: string;
  warning_idle_since: string | null;
  warning_started: string | null;
}

export const WARNING_COLUMNS = 'w.at AS warning_at, w.reason AS warning_reason, w.idle_since AS warning_idle_since, w.started AS warning_started';

export function warningOf({ warning_at: at, warning_reason: reason, warning_idle_since: idleSince, warning_started: started }: WarningColumns): CullWarning | null {
  return at === null ? null : { at, reason, idleSince, started };
}

/**
 * The warning of a server, while it still holds: activity takes it back, and so does the end of the run, without anybody having to.
 * @param lastActivity database text, with what is still to be written
 */
export function standingWarning(record: Pick<ServerRecord, 'warning' | 'state' | 'started'>, lastActivity: string | null): CullWarning | null {
  const { warning, state, started } = record;
  if (!warning || state !== 'ready' || warning.started !== started) return null;
  return warning.idleSince !== null && milliseconds(lastActivity) > milliseconds(warning.idleSince) ? null : warning;
}

const milliseconds = (stored: string | null): number => fromDbTime(stored)?.getTime() ?? 0;
