import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Overview } from '#hub-client/client';
import { useMemo, useState } from 'react';
import { durationInWords } from '../format/time.js';
import { hub } from '../hub/hub.js';
import { Heading } from '../ui/heading.js';
import { Loaded } from '../ui/loaded.js';
import { Select } from '../ui/select.js';
import { Chart } from './chart.js';
import { CHARTS, samplesFor } from './charts.js';
import { secondsCovered } from './series.js';

/** There is a new sample each minute. */
const REFRESH_MS = 60_000;
const HOURS = { 24: 'The last 24 hours', 6: 'The last 6 hours', 1: 'The last hour' } as const;

/** How the hub was used, and how it bore it. */
export function OverviewView() {
  const [hours, setHours] = useState<`${keyof typeof HOURS}`>('24');
  const query = useQuery({
    queryKey: ['overview', hours],
    queryFn: ({ signal }) => hub.operations.overview({ hours: Number(hours), signal }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Heading title="Overview" />
      <div className="filters">
        <Select label="Show" value={hours} options={HOURS} onChange={setHours} />
      </div>
      <Loaded query={query}>{(overview) => <Charts overview={overview} hours={Number(hours)} />}</Loaded>
    </>
  );
}

function Charts({ overview, hours }: { overview: Overview; hours: number }) {
  const charts = useMemo(() => CHARTS.map((plan) => ({ ...plan, samples: samplesFor(plan, overview) })), [overview]);
  const covered = secondsCovered(overview);
  if (covered === 0) return <p className="empty">The hub takes a first look at itself within a minute.</p>;
  return (
    <>
      {covered < hours * 3600 * 0.95 && <p className="muted">The hub knows of {durationInWords(covered)} of this time.</p>}
      <div className="charts">
        {charts.map(({ title, hint, samples, lines, format }) => (
          <Chart key={title} title={title} hint={hint} samples={samples} lines={lines} format={format} />
        ))}
      </div>
    </>
  );
}
