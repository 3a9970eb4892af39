import { duration, type VerdictCode } from '#culling';
import { visible } from '#hub-client';

/** What a round decides about one server or user. */
export interface Decision {
  /** "user/server", or the name of a user. */
  name: string;
  kind: 'default server' | 'named server' | 'user';
  action: 'keep' | 'warn' | 'stop' | 'delete';
  code: VerdictCode | null;
  reason: string;
  /** Seconds. */
  idle: number | null;
  age: number | null;
  /** The earliest moment at which it can be stopped if nothing changes; ISO 8601. */
  due: string | null;
}

const HEAD = ['NAME', 'KIND', 'IDLE', 'AGE', 'DECISION', 'WHY'];

/** Decisions as a table for people; control characters of names are shown as escapes. */
export function decisionTable(decisions: readonly Decision[]): string {
  const rows = decisions.map(({ name, kind, idle, age, action, reason }) => [name, kind, shown(idle), shown(age), action, reason].map(visible));
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [HEAD, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n');
}

const shown = (seconds: number | null): string => (seconds === null ? '-' : duration(seconds));

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Seconds in words, to the next smaller unit: `3 days 1 hour`, `1 hour 50 minutes`, `20 seconds`. */
export function inWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const counts = UNITS.map(([unit, size], index) => ({ unit, count: Math.floor((index === 0 ? whole : whole % UNITS[index - 1]![1]) / size) }));
  const first = counts.findIndex(({ count }) => count > 0);
  const shown = first < 0 ? counts.slice(-1) : counts.slice(first, first + 2).filter(({ count }) => count > 0);
  return shown.map(({ unit, count }) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(' ');
}
