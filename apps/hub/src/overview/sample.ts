import type { HistoryRow } from '../database/tables.js';

/** What there was to see in one minute. */
export type Sample = HistoryRow;

export type SeriesName = Exclude<keyof Sample, 'at'>;

/** In the order of the table's columns. */
export const SERIES = [
  'active_5m',
  'active_1h',
  'running_servers',
  'spawns',
  'spawn_failures',
  'spawn_p50',
  'spawn_p95',
  'queue',
  'service_restarts',
  'loop_lag_p99',
  'loop_lag_max',
  'memory_rss',
] as const satisfies readonly SeriesName[];

/** The history as charts want it: one list for each series, all as long as `times`. */
export interface OverviewModel {
  step_seconds: number;
  times: number[];
  series: Record<SeriesName, (number | null)[]>;
}

export const STEP_SECONDS = 60;

export function overviewOf(samples: readonly Sample[]): OverviewModel {
  const series = SERIES.map((name) => [name, samples.map((sample) => sample[name])]);
  return { step_seconds: STEP_SECONDS, times: samples.map(({ at }) => at), series: Object.fromEntries(series) as OverviewModel['series'] };
}

/** Milliseconds are enough for a chart, and short. */
export const inMilliseconds = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds * 1000) / 1000);
