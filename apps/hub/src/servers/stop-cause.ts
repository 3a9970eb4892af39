import { toWireTime } from '../database/values.js';
import type { CullWarning } from './cull-warning.js';

/** Why a server that ran was stopped; stable names for API and pages. */
export type StopCode = 'asked' | 'exited' | 'logout' | 'blocked' | 'hub';

/** Why a server is being stopped. */
export interface StopCause {
  code: StopCode;
  /** Who asked for it, e.g. `user ada` or `service cull-idle`. */
  by?: string;
  /** Of a server that ended by itself: its exit status, negative for a signal, 0 where nobody knows. */
  status?: number;
}

/** What is remembered of the last stop; times as database text. */
export interface LastStop {
  at: string;
  code: StopCode;
  by: string | null;
  /** In words; '' when code and `by` say it all. */
  detail: string;
}

/** The columns of `elara_server_stops` in a query that joins it to servers. */
export interface StopColumns {
  stop_at: string | null;
  stop_code: StopCode;
  stopped_by: string | null;
  stop_detail: string | null;
}

export const STOP_COLUMNS = 'x.at AS stop_at, x.code AS stop_code, x.stopped_by, x.detail AS stop_detail';

export const lastStopOf = ({ stop_at: at, stop_code: code, stopped_by: by, stop_detail: detail }: StopColumns): LastStop | null =>
  at === null ? null : { at, code, by, detail: detail ?? '' };

/** What is worth remembering in words. @param warning what the owner had been told before */
export function stopDetail({ code, by, status }: StopCause, warning: CullWarning | null): string {
  if (code === 'exited') return exitText(status);
  return by?.startsWith('service ') && warning ? warning.reason : '';
}

function exitText(status = 0): string {
  if (status === 0) return '';
  return status > 0 ? `exit status ${status}` : `signal ${-status}`;
}

/** The last stop as the API shows it. */
export const stopModel = ({ at, code, by, detail }: LastStop) => ({ at: toWireTime(at)!, code, by, detail });

export type StopModel = ReturnType<typeof stopModel>;

/** Why a server is not running, to its owner. */
export function stopText({ code, by, detail }: Pick<LastStop, 'code' | 'by' | 'detail'>, owner: string): string {
  const why = detail && ` (${detail})`;
  if (code === 'exited') return `It ended by itself${why}`;
  if (code === 'logout') return 'Stopped at the log-out';
  if (code === 'blocked') return 'Stopped, because the account is blocked';
  if (code === 'hub') return 'Stopped together with the hub';
  if (by === null || by === `user ${owner}`) return 'Stopped on request';
  return `Stopped by ${by.replace(/^(?:user|service) /, '')}${why}`;
}
