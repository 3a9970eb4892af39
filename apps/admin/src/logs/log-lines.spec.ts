import { describe, expect, it } from 'vitest';
import { EMPTY_LOG, logReducer } from './log-lines.js';

describe('the lines of a log', () => {
  it('are added, without what is for terminals', () => {
    const state = logReducer(logReducer(EMPTY_LOG, { lines: ['a'] }), { lines: ['\u001b[31mred\u001b[0m', '[x]'] });
    expect(state.lines).toEqual(['a', 'red', '[x]']);
  });

  it('are kept up to a number, and counted on', () => {
    const many = Array.from({ length: 1999 }, (_, index) => `line ${index}`);
    const state = logReducer(logReducer(EMPTY_LOG, { lines: many }), { lines: ['x', 'y', 'z'] });
    expect([state.lines.length, state.lines[0], state.lines.at(-1), state.dropped]).toEqual([2000, 'line 2', 'z', 2]);
  });

  it('tell what was left out', () => {
    expect(logReducer(EMPTY_LOG, { lines: ['a'], skipped: 7 }).lines[0]).toContain('7 bytes');
    expect(logReducer({ lines: ['a'], dropped: 3 }, 'clear')).toEqual(EMPTY_LOG);
  });
});
