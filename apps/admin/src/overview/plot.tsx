import type { Series } from '#hub-client/client';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Samples } from './series.js';
import { useTheme } from './use-theme.js';

const HEIGHT_PX = 170;
const AXIS_PX = 62;

export interface Line {
  label: string;
  /** A custom property of the style sheet. */
  color: '--primary' | '--moon' | '--bad';
  look?: 'line' | 'bars' | 'points';
}

export interface PlotProps {
  samples: Samples;
  lines: readonly Line[];
  format: (value: number) => string;
}

/** Draws series over time. It says nothing to who cannot see it: whoever shows it tells the same in words. */
export default function Plot({ samples, lines, format }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = useRef<uPlot.AlignedData>(undefined);
  const theme = useTheme();
  useEffect(() => {
    data.current = [samples.times, ...samples.series];
    plot.current?.setData(data.current);
  }, [samples]);
  useEffect(() => {
    const element = box.current!;
    plot.current = new uPlot(optionsOf(element, lines, format), data.current, element);
    const fit = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    fit.observe(element);
    return () => {
      fit.disconnect();
      plot.current?.destroy();
    };
  }, [theme, lines, format]);
  return <div ref={box} className="plot" aria-hidden="true" />;
}

function optionsOf(element: HTMLElement, lines: readonly Line[], format: (value: number) => string): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: color('--soft-ink'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: `12px ${style.fontFamily}` };
  const shown = (_plot: uPlot, value: Series[number]) => (value === null ? '–' : format(value));
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high * 1.08, 1e-9)] } },
    axes: [axis, { ...axis, size: AXIS_PX, values: (_plot, splits) => splits.map(format) }],
    series: [
      { value: (_plot, time) => (time === null ? '' : new Date(time * 1000).toLocaleTimeString()) },
      ...lines.map(({ label, color: name, look = 'line' }) => ({ label, value: shown, stroke: color(name), width: 1.75, ...looks(look, color(name)) })),
    ],
  };
}

function looks(look: NonNullable<Line['look']>, color: string): Partial<uPlot.Series> {
  if (look === 'bars') return { paths: uPlot.paths.bars!({ size: [0.7, 14, 2] }), fill: color, width: 0, points: { show: false } };
  if (look === 'points') return { paths: () => null, points: { show: true, size: 5, fill: color } };
  return { points: { show: false } };
}
