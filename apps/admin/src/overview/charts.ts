import type { Overview } from '#hub-client/client';
import { amount, bytesInWords } from '../format/amount.js';
import { durationInWords } from '../format/time.js';
import type { Line } from './plot.js';
import { type Samples, summedUp, withGaps } from './series.js';

type Name = keyof Overview['series'];

interface ChartPlan {
  title: string;
  hint?: string;
  format: (value: number) => string;
  lines: readonly (Line & { of: Name })[];
  /** Counts are added up for so many seconds: a bar a minute would be too thin to be seen. */
  sumSeconds?: number;
}

const QUARTER_SECONDS = 900;
const seconds = (value: number) => (value === 0 ? '0' : durationInWords(value));

/** What the overview shows, in its order. */
export const CHARTS: readonly ChartPlan[] = [
  {
    title: 'Active people',
    format: amount,
    lines: [
      { of: 'active_5m', label: 'In five minutes', color: '--primary' },
      { of: 'active_1h', label: 'In an hour', color: '--moon' },
    ],
  },
  { title: 'Running servers', format: amount, lines: [{ of: 'running_servers', label: 'Servers', color: '--primary' }] },
  {
    title: 'Time that starts take',
    hint: 'Of those that went well.',
    format: seconds,
    lines: [
      { of: 'spawn_p50', label: 'Half of them', color: '--primary', look: 'points' },
      { of: 'spawn_p95', label: '95 in 100', color: '--moon', look: 'points' },
    ],
  },
  {
    title: 'Starts',
    hint: 'In a quarter of an hour.',
    format: amount,
    sumSeconds: QUARTER_SECONDS,
    lines: [
      { of: 'spawns', label: 'Went well', color: '--primary', look: 'bars' },
      { of: 'spawn_failures', label: 'Failed', color: '--bad', look: 'bars' },
    ],
  },
  { title: 'Waiting for their turn', format: amount, lines: [{ of: 'queue', label: 'Starts', color: '--primary' }] },
  {
    title: 'Restarts of services',
    hint: 'In a quarter of an hour.',
    format: amount,
    sumSeconds: QUARTER_SECONDS,
    lines: [{ of: 'service_restarts', label: 'Restarts', color: '--bad', look: 'bars' }],
  },
  {
    title: 'Event loop held up',
    format: seconds,
    lines: [
      { of: 'loop_lag_p99', label: '99 in 100', color: '--primary' },
      { of: 'loop_lag_max', label: 'Longest', color: '--moon' },
    ],
  },
  { title: 'Memory of the hub', format: bytesInWords, lines: [{ of: 'memory_rss', label: 'Resident', color: '--primary' }] },
];

/** The samples of one chart. */
export function samplesFor({ lines, sumSeconds }: ChartPlan, { times, step_seconds, series }: Overview): Samples {
  const samples = { times, series: lines.map(({ of }) => series[of]) };
  return sumSeconds ? summedUp(samples, sumSeconds) : withGaps(samples, step_seconds);
}
