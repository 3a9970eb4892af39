import nunjucks from 'nunjucks';
import { fromDbTime } from '../database/values.js';

/** A moment in a template's variables. `isoformat()` is what templates written for JupyterHub call. */
export class PageTime extends Date {
  /** UTC without a zone, as Python's naive datetimes print: templates append the `Z` themselves. */
  isoformat(): string {
    return this.toISOString().replace(/Z$/, '');
  }
}

/** A stored time as a template variable; null stays null. */
export function pageTime(stored: string | null): PageTime | null {
  const moment = fromDbTime(stored);
  return moment && new PageTime(moment);
}

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment in words, seen from `now` (milliseconds): "just now", "5 minutes ago", "in 3 days". */
export function timeInWords(moment: Date, now = Date.now()): string {
  const seconds = Math.round((moment.getTime() - now) / 1000);
  const found = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!found) return seconds > 0 ? 'in less than a minute' : 'just now';
  const [unit, size] = found;
  return relative.format(Math.trunc(seconds / size), unit);
}

/** The template filter `ago`: a `<time>` element in words, which the pages' script keeps up to date. */
export function ago(value: Date | string): nunjucks.runtime.SafeString | string {
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return '';
  const iso = moment.toISOString();
  return new nunjucks.runtime.SafeString(`<time datetime="${iso}" title="${iso.slice(0, 16).replace('T', ' ')} UTC">${timeInWords(moment)}</time>`);
}
