import { expect, test } from 'vitest';
import { spelledLike } from './spelling.js';

test.each([
  ['ada', ['ada'], 'ada'],
  ['ADA', ['Ada'], 'Ada'],
  ['josé', ['jose'], 'jose'],
  ['jose', ['José'], 'José'],
  ['ａda', ['ada'], 'ada'],
  ['a\u00ADda', ['ada'], 'ada'],
  ['ada', ['alovelace', 'ada'], 'ada'],
  ['ada@example.org', ['ada'], 'ada@example.org'],
  ['ada', [], 'ada'],
])('%j, where the directory has %j, is %j', (typed, values, name) => expect(spelledLike(typed, values)).toBe(name));
