import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkModel } from './model-check.js';

const schema = z.object({ name: z.string().optional(), admin: z.boolean().optional() });

test('a body that fits is returned', () => {
  expect(checkModel('user', schema, { admin: true })).toEqual({ admin: true });
  expect(checkModel('user', schema, {})).toEqual({});
});

test.each([
  [null, /Invalid JSON data/],
  [[], /Invalid JSON data/],
  ['x', /Invalid JSON data/],
  [{ colour: 'red' }, /Invalid JSON keys: colour \(known: name, admin\)/],
  [{ __proto__: null, constructor: 1 }, /Invalid JSON keys: constructor/],
  [{ admin: 'yes' }, /user\.admin: /],
  [{ admin: null }, /user\.admin: /],
])('%j is refused', (body, message) => {
  expect(() => checkModel('user', schema, body)).toThrow(message);
});
