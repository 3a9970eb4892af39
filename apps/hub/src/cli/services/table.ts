import type { Service, ServiceRun } from '#hub-client';
import { coloured } from '../output.js';

const HEADER = ['SERVICE', 'STATE', 'SINCE', 'PID', 'RESTARTS', 'REASON'];
const STATE_COLUMN = 1;
const COLOURS: Partial<Record<ServiceRun['state'], 'red' | 'yellow' | 'green'>> = { running: 'green', failed: 'red', backoff: 'yellow' };

/** Services as a table for people, coloured when it goes to a terminal. */
export function serviceTable(services: readonly Service[], now: Date, stream: NodeJS.WriteStream): string {
  const rows = services.map((service) => ({ cells: cellsOf(service, now), colour: service.elara && COLOURS[service.elara.state] }));
  const widths = HEADER.map((title, column) => Math.max(title.length, ...rows.map(({ cells }) => cells[column]!.length)));
  const padded = (cells: readonly string[]) => cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column]!)));
  const lines = rows.map(({ cells, colour }) => padded(cells).map((cell, column) => (colour && column === STATE_COLUMN ? coloured(colour, cell, stream) : cell)));
  return [padded(HEADER).map((cell) => coloured('bold', cell, stream)), ...lines].map((cells) => `${cells.join('  ').trimEnd()}\n`).join('');
}

/** One service with its last events, for people. */
export function serviceDetails({ name, elara }: Service, now: Date): string {
  if (!elara?.events.length) return '';
  const events = elara.events.map(({ time, state, reason }) => `  ${ago(time, now).padStart(8)} ago  ${state.padEnd(8)}  ${reason}\n`);
  return `\nLast events of ${name}:\n${events.join('')}`;
}

function cellsOf({ name, pid, elara }: Service, now: Date): string[] {
  if (!elara) return [name, 'external', '-', '-', '-', 'the hub does not run it'];
  const { state, since, restarts, reason, next_start, schedule } = elara;
  const isNews = state === 'backoff' || (schedule && !pid);
  const next = next_start && isNews ? `; next ${schedule ? 'run' : 'start'} in ${ago(now.toISOString(), new Date(next_start))}` : '';
  return [name, state, ago(since, now), pid ? String(pid) : '-', String(restarts), `${reason}${next}`];
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `3 min 20 s`: the two largest units of a time span. */
export function ago(from: string, to: Date): string {
  let rest = Math.max(0, Math.round((to.getTime() - Date.parse(from)) / 1000));
  const parts = UNITS.flatMap(([unit, seconds]) => {
    const count = Math.floor(rest / seconds);
    rest %= seconds;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return parts.slice(0, 2).join(' ') || '0 s';
}
