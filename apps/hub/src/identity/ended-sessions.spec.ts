import { expect, test } from 'vitest';
import { EndedSessions } from './ended-sessions.js';

test('knows the sessions that ended, and forgets the oldest when there are too many', () => {
  const ended = new EndedSessions();
  ended.add('first');
  expect([ended.has('first'), ended.has('other')]).toEqual([true, false]);
  for (let index = 0; index < 10_000; index += 1) ended.add(`later-${index}`);
  expect([ended.has('first'), ended.has('later-0'), ended.has('later-9999')]).toEqual([false, true, true]);
});
