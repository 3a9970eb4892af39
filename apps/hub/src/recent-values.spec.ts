import { expect, test } from 'vitest';
import { RecentValues } from './recent-values.js';

const noted = (values: Iterable<number>, most?: number) => {
  const recent = new RecentValues(most);
  for (const value of values) recent.add(value);
  return recent;
};

test.each([
  [[], 0.5, null],
  [[3], 0.95, 3],
  [[4, 1, 3, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.95, 4],
  [[4, 1, 3, 2], 0, 1],
])('of %j, the quantile %d is %d', (values, part, expected) => {
  expect(noted(values).take().quantile(part)).toBe(expected);
});

test('what was taken is not there again', () => {
  const recent = noted([1, 5]);
  expect(recent.take()).toMatchObject({ count: 2, max: 5 });
  expect(recent.take()).toMatchObject({ count: 0, max: null });
  recent.add(2);
  expect(recent.take()).toMatchObject({ count: 1, max: 2 });
});

test('of very many, count and largest are exact, and the rest is about right', () => {
  const recent = noted(Array.from({ length: 100_000 }, (_, n) => (n === 77_777 ? 1e9 : n)), 1000);
  const taken = recent.take();
  expect(taken).toMatchObject({ count: 100_000, max: 1e9 });
  expect(taken.quantile(0.5)! / 50_000).toBeCloseTo(1, 1);
});
