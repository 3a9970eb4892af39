import type { Overview, Series } from '#hub-client/client';

/** Times in Unix seconds, and series that are as long. */
export interface Samples {
  times: number[];
  series: Series[];
}

/** Ends the lines where the hub did not run: between samples that are further apart than they should be there is nothing. */
export function withGaps({ times, series }: Samples, stepSeconds: number): Samples {
  const breaks = times.flatMap((time, index) => (index > 0 && time - times[index - 1]! > 2.5 * stepSeconds ? [index] : []));
  const broken = <T>(values: readonly T[], filler: (index: number) => T): T[] =>
    [0, ...breaks].flatMap((start, part) => [...(part > 0 ? [filler(start)] : []), ...values.slice(start, breaks[part] ?? values.length)]);
  return { times: broken(times, (index) => times[index - 1]! + stepSeconds), series: series.map((values) => broken<number | null>(values, () => null)) };
}

/** Adds up what was counted in each stretch of so many seconds. */
export function summedUp({ times, series }: Samples, seconds: number): Samples {
  const starts = [...new Set(times.map((time) => time - (time % seconds)))];
  const place = new Map(starts.map((start, index) => [start, index]));
  const sums = series.map((values) => {
    const sum: Series = starts.map(() => null);
    values.forEach((value, index) => {
      const at = place.get(times[index]! - (times[index]! % seconds))!;
      if (value !== null) sum[at] = (sum[at] ?? 0) + value;
    });
    return sum;
  });
  return { times: starts, series: sums };
}

export interface Summary {
  /** The latest that is known. */
  now: number | null;
  most: number | null;
  /** When it was most, Unix seconds. */
  mostAt: number | null;
}

/** A series in three numbers. */
export function summaryOf(times: readonly number[], values: Series): Summary {
  const summary: Summary = { now: values.at(-1) ?? null, most: null, mostAt: null };
  values.forEach((value, index) => {
    if (value !== null && (summary.most === null || value > summary.most)) [summary.most, summary.mostAt] = [value, times[index]!];
  });
  return summary;
}

/** The highest of each hour, the latest hour first: a table that people can read through. */
export function hourly({ times, series }: Samples): { hour: number; values: Series }[] {
  const hours = new Map<number, Series>();
  times.forEach((time, index) => {
    const hour = time - (time % 3600);
    const highest = hours.get(hour) ?? series.map(() => null);
    series.forEach((values, which) => {
      const value = values[index] ?? null;
      if (value !== null && value > (highest[which] ?? -Infinity)) highest[which] = value;
    });
    hours.set(hour, highest);
  });
  return [...hours].map(([hour, values]) => ({ hour, values })).reverse();
}

/** How much of the last day is known: the hub may have been installed an hour ago. */
export const secondsCovered = ({ times, step_seconds }: Overview): number => (times.length === 0 ? 0 : times.at(-1)! - times[0]! + step_seconds);
