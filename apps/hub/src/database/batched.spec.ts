import { expect, test } from 'vitest';
import { batched, shared } from './batched.js';

test('what is asked for in one turn of the event loop is loaded at once, and nothing is kept for the next', async () => {
  const loads: number[][] = [];
  const double = batched((keys: readonly number[]) => {
    loads.push([...keys]);
    return Promise.resolve(keys.map((key) => key * 2));
  });
  // each in a chain of its own, as requests of several sockets are
  expect(await Promise.all([1, 2, 2].map((key) => Promise.resolve(key).then(double)))).toEqual([2, 4, 4]);
  expect(await double(1)).toBe(2);
  expect(loads).toEqual([[1, 2, 2], [1]]);
});

test('one that failed is told to who asked for it; a failed load to all', async () => {
  const odd = batched((keys: readonly number[]) => Promise.resolve(keys.map((key) => (key % 2 ? key : new Error(`${key} is even`)))));
  const [one, two] = await Promise.allSettled([odd(1), odd(2)]);
  expect(one).toEqual({ status: 'fulfilled', value: 1 });
  expect(two).toMatchObject({ status: 'rejected', reason: { message: '2 is even' } });
  const broken = batched((): Promise<number[]> => Promise.reject(new Error('no database')));
  await expect(Promise.all([broken(1), broken(2)])).rejects.toThrow('no database');
});

test('the same question of one turn is answered once, to all who asked; other questions and other turns have answers of their own', async () => {
  const asked: string[] = [];
  const pageOf = shared(({ page }: { page: string }) => {
    asked.push(page);
    return page === 'torn' ? Promise.reject(new Error('torn out')) : Promise.resolve({ page });
  });
  const [one, same, other, torn] = await Promise.allSettled(['1', '1', '2', 'torn'].map((page) => pageOf({ page })));
  expect([one, same, other]).toMatchObject([{ value: { page: '1' } }, { value: { page: '1' } }, { value: { page: '2' } }]);
  expect(torn).toMatchObject({ status: 'rejected', reason: { message: 'torn out' } });
  await pageOf({ page: '1' });
  expect(asked).toEqual(['1', '2', 'torn', '1']);
});
