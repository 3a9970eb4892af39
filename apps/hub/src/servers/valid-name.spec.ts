import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isValidServerName } from './server-name.js';
import { validNameFor } from './valid-name.js';

test.each([
  ['My Server', [], 'my-server'],
  ['My Server', ['my-server'], 'my-server-2'],
  ['My Server', ['my-server', 'my-server-2'], 'my-server-3'],
  ['Größe_1', [], 'gro-e-1'],
  ['café', [], 'cafe'],
  ['2024', [], 'server-2024'],
  ['日本', [], 'server'],
  ['x'.repeat(40), ['x'.repeat(30)], `${'x'.repeat(28)}-2`],
  [`${'x'.repeat(29)} y`, [], 'x'.repeat(29)],
])('%s beside %j becomes %s', (name, taken, valid) => expect(validNameFor(name, new Set(taken))).toBe(valid));

test('whatever it is, the name is valid and free', () => {
  const taken = new Set(['server', 'a', 'server-2']);
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
    const valid = validNameFor(name, taken);
    expect([isValidServerName(valid), taken.has(valid)]).toEqual([true, false]);
  }));
});
