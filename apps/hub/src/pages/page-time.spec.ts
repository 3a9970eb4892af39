import { describe, expect, it } from 'vitest';
import { ago, pageTime, timeInWords } from './page-time.js';

const NOW = Date.UTC(2026, 2, 1, 12);

describe('timeInWords', () => {
  it.each([
    [0, 'just now'],
    [-59, 'just now'],
    [-60, '1 minute ago'],
    [-3599, '59 minutes ago'],
    [-7200, '2 hours ago'],
    [-86_400, 'yesterday'],
    [-86_400 * 3, '3 days ago'],
    [-86_400 * 800, '2 years ago'],
    [30, 'in less than a minute'],
    [3600, 'in 1 hour'],
    [86_400, 'tomorrow'],
  ])('%d seconds from now: %s', (seconds, words) => {
    expect(timeInWords(new Date(NOW + seconds * 1000), NOW)).toBe(words);
  });
});

describe('page times', () => {
  it('answers to isoformat, as templates written for JupyterHub expect', () => {
    expect(pageTime('2026-03-01 12:00:00.000000')!.isoformat()).toBe('2026-03-01T12:00:00.000');
    expect(pageTime(null)).toBeNull();
  });

  it('is shown as a time element, and nothing when it is no time', () => {
    expect(String(ago(new Date(NOW)))).toContain('<time datetime="2026-03-01T12:00:00.000Z" title="2026-03-01 12:00 UTC">');
    expect(ago('"><script>')).toBe('');
  });
});
