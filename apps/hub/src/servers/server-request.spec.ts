import { expect, test } from 'vitest';
import { changeRequest, startRequest, stopRequest } from './server-request.js';

test.each<[unknown, object]>([
  [null, { options: null }],
  [{}, { options: null }],
  [[], { options: null }],
  [{ image: 'big' }, { options: { image: 'big' } }],
  [{ user_options: {} }, { options: {} }],
  [{ user_options: null, image: 'dropped' }, { options: null }],
  [{ display_name: 'My lab' }, { displayName: 'My lab', options: null }],
  [{ display_name: 'My lab', user_options: { a: 1 } }, { displayName: 'My lab', options: { a: 1 } }],
])('%j starts with %j', (body, request) => expect(startRequest(body)).toEqual(request));

test.each([
  [['x'], 'Body must be a JSON object'],
  ['x', 'Body must be a JSON object'],
  [5, 'Body must be a JSON object'],
  [{ display_name: 5 }, 'display_name must be a string'],
  [{ user_options: [] }, 'user_options must be an object or null'],
  [{ user_options: 'x' }, 'user_options must be an object or null'],
])('%j starts nothing', (body, message) => expect(() => startRequest(body)).toThrow(message));

test('a change needs something to change, and no more than it can', () => {
  expect(changeRequest({ name: 'b', display_name: 'B', user_options: {} })).toEqual({ name: 'b', displayName: 'B', options: {} });
  expect(() => changeRequest(null)).toThrow('Must specify at least one field to modify.');
  expect(() => changeRequest({ port: 1 })).toThrow('cannot modify port');
  expect(() => changeRequest({ user_options: null })).toThrow('user_options must be a dict');
  expect(() => changeRequest({ name: 1 })).toThrow('name must be a string');
});

test.each<[unknown, boolean]>([
  [null, false],
  [{}, false],
  [{ remove: false }, false],
  [{ remove: true }, true],
  [{ remove: 1 }, true],
])('%j removes: %s', (body, remove) => expect(stopRequest(body)).toEqual({ remove }));
test('a stop takes no list', () => expect(() => stopRequest(['remove'])).toThrow('Body must be a JSON object'));
