import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimatedWaitSeconds, queueOrder } from './queue-order.js';

/** `a1 a2 b1`: the first letter is whose start it is; they came in this order. */
const ordered = (waiting: string, starting = '') =>
  queueOrder(
    waiting.split(' ').map((name, index) => ({ name, userId: name.charCodeAt(0), since: index })),
    [...starting].map((name) => name.charCodeAt(0)),
  ).map(({ name }) => name).join(' ');

describe('who starts next', () => {
  test.each([
    ['first come, first served', 'a1 b1 c1', '', 'a1 b1 c1'],
    ["a second server waits behind others' first", 'a1 a2 b1 c1', '', 'a1 b1 c1 a2'],
    ['a third behind all second ones', 'a1 a2 a3 b1 b2', '', 'a1 b1 a2 b2 a3'],
    ['who has one that is being started waits with a second', 'a2 b1', 'a', 'b1 a2'],
    ['as many as are being started', 'a3 b2 c1', 'aab', 'c1 b2 a3'],
    ['those of others who start do not count', 'b1 c1', 'aaa', 'b1 c1'],
  ])('%s', (_what, waiting, starting, order) => expect(ordered(waiting, starting)).toBe(order));

  test('the time of asking decides, not the order of the list', () => {
    const waiting = [{ userId: 1, since: 5 }, { userId: 2, since: 3 }];
    expect(queueOrder(waiting, []).map(({ userId }) => userId)).toEqual([2, 1]);
  });

  test('nobody is lost, and nobody overtakes an equal', () => {
    const entry = fc.record({ userId: fc.integer({ min: 1, max: 4 }), since: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(fc.array(entry), fc.array(fc.integer({ min: 1, max: 4 })), (waiting, starting) => {
        const order = queueOrder(waiting, starting);
        expect(new Set(order)).toEqual(new Set(waiting));
        expect(order).toHaveLength(waiting.length);
        for (const userId of [1, 2, 3, 4]) {
          const own = order.filter((one) => one.userId === userId).map(({ since }) => since);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('the estimate', () => {
  test.each([
    ['nobody knows before a start has ended', 1, 2, [], [100], null],
    ['one place: one start each', 3, 1, [10, 20], [], 45],
    ['several places share the work', 10, 5, [10], [], 20],
    ['it is never nothing', 1, 100, [0.1], [], 1],
    ['starts that take longer than usual count', 2, 2, [10, 10], [40, 1], 20],
  ])('%s', (_what, position, places, ended, underWay, seconds) => expect(estimatedWaitSeconds(position, places, { ended, underWay })).toBe(seconds));
});
