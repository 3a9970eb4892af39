import { expect, test } from 'vitest';
import { tokenRowId } from './token.model.js';

test.each([
  ['a1', 1],
  ['a2147483647', 2147483647],
  ['a2147483648', undefined],
  ['a999999999999999', undefined],
  ['a9999999999999999', undefined],
  ['a', undefined],
  ['1', undefined],
  ['a-1', undefined],
  ['a1x', undefined],
  ['a1\n', undefined],
])('the row of token %j is %s', (id, row) => {
  expect(tokenRowId(id)).toBe(row);
});
