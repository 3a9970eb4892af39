import { lazy, Suspense } from 'react';
import { Section } from '../ui/section.js';
import type { Line, PlotProps } from './plot.js';
import { hourly, type Samples, summaryOf } from './series.js';

/** Loaded with the first chart only. */
const Plot = lazy(() => import('./plot.js'));

const timeOf = (seconds: number) => new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

interface ChartProps extends PlotProps {
  title: string;
  /** What the numbers mean, when the title does not say. */
  hint?: string;
}

/** Series as a picture, in a sentence, and as a table. */
export function Chart({ title, hint, samples, lines, format }: ChartProps) {
  return (
    <Section title={title}>
      <figure className="panel chart">
        <figcaption>
          {hint && <span className="muted">{hint} </span>}
          {inWords(samples, lines, format)}
        </figcaption>
        <Suspense fallback={<div className="plot" />}>
          <Plot samples={samples} lines={lines} format={format} />
        </Suspense>
        <details>
          <summary>As a table</summary>
          <HourTable title={title} samples={samples} lines={lines} format={format} />
        </details>
      </figure>
    </Section>
  );
}

function inWords({ times, series }: Samples, lines: readonly Line[], format: (value: number) => string): string {
  const parts = lines.flatMap(({ label, look }, index) => {
    const { now, most, mostAt } = summaryOf(times, series[index]!);
    if (most === null) return [];
    const latest = look || now === null ? '' : `now ${format(now)}, `;
    return [`${label}: ${latest}most ${format(most)}${most > 0 ? ` at ${timeOf(mostAt!)}` : ''}.`];
  });
  return parts.length > 0 ? parts.join(' ') : 'Nothing in this time.';
}

function HourTable({ title, samples, lines, format }: Required<Pick<ChartProps, 'title' | 'samples' | 'lines' | 'format'>>) {
  return (
    <div className="hour-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
      <table>
        <caption className="visually-hidden">{title}: the highest of each hour</caption>
        <thead>
          <tr>
            <th scope="col">Hour from</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hourly(samples).map(({ hour, values }) => (
            <tr key={hour}>
              <th scope="row">{timeOf(hour)}</th>
              {lines.map(({ label }, index) => (
                <td key={label}>{values[index] === null ? '–' : format(values[index]!)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
