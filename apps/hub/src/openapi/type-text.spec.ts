import { expect, it } from 'vitest';
import type { Schema } from './schemas.js';
import { typeText } from './type-text.js';

const textOf = (schema: unknown) =>
  typeText(schema as Schema)
    .map(({ text }) => text)
    .join('');

it.each([
  [{ type: 'string' }, 'string'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{}, 'any'],
  [{ enum: ['spawn', 'stop'] }, '"spawn" | "stop"'],
  [{ type: 'boolean', const: true }, 'true'],
  [{ type: 'array', items: { $ref: '#/components/schemas/User' } }, 'list of User'],
  [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer | null'],
  [{ type: 'object' }, '{}'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, '{ [name]: string }'],
  [{ type: 'object', additionalProperties: {} }, '{ [name]: any }'],
  [
    { type: 'object', required: ['a'], properties: { a: { type: 'string', description: 'A name' }, b: { type: 'object', properties: { c: { type: 'null' } } } } },
    '{\n  a: string  // A name\n  b?: {\n    c?: null\n  }\n}',
  ],
])('%j reads as %j', (schema, text) => expect(textOf(schema)).toBe(text));

it('tells which part names a model', () => {
  expect(typeText({ $ref: '#/components/schemas/Server' })).toEqual([{ text: 'Server', model: 'Server' }]);
});
