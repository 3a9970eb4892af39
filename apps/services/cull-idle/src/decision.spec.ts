import { expect, it, test } from 'vitest';
import { type Decision, decisionTable, inWords } from './decision.js';

const DECISION: Decision = { name: 'ana/', kind: 'default server', action: 'keep', code: 'in-use', reason: 'in use', idle: 61, age: null, due: null };

it('is a table with a line for each decision, whatever the names are', () => {
  const stop = { ...DECISION, name: 'bea/\u001b[2Jlab\n', kind: 'named server', action: 'stop', reason: 'idle' } as const;
  expect(decisionTable([DECISION, stop]).split('\n')).toEqual([
    'NAME                    KIND            IDLE      AGE  DECISION  WHY',
    'ana/                    default server  00:01:01  -    keep      in use',
    'bea/\\u001b[2Jlab\\u000a  named server    00:01:01  -    stop      idle',
  ]);
});

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [60, '1 minute'],
  [119, '1 minute 59 seconds'],
  [6600, '1 hour 50 minutes'],
  [3661, '1 hour 1 minute'],
  [7200, '2 hours'],
  [90_000, '1 day 1 hour'],
  [86_401, '1 day'],
])('%i s is %s', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});
