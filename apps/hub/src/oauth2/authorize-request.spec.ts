import { expect, test } from 'vitest';
import { answerAt, checkResponse, readAuthorizeRequest, redirectTarget } from './authorize-request.js';

const read = (query: string) => readAuthorizeRequest(new URLSearchParams(query));

test.each([
  ['', 'Missing client_id parameter.'],
  ['client_id=a&client_id=b', 'Duplicate client_id parameter.'],
  ['client_id=a&state=1&state=2', 'Duplicate state parameter.'],
])('"%s" is told to the person: %s', (query, message) => {
  expect(() => read(query)).toThrow(message);
});

test.each([
  ['client_id=a', '/x/cb', '/x/cb'],
  ['client_id=a&redirect_uri=%2Fx%2Fcb', '/x/cb', '/x/cb'],
  ['client_id=a&redirect_uri=https://s.example/cb', 'https://s.example/cb', 'https://s.example/cb'],
])('%s goes to the registered address', (query, registered, target) => {
  expect(redirectTarget(read(query), registered)).toBe(target);
});

test.each([
  ['client_id=a&redirect_uri=x/cb', '/x/cb', 'Invalid redirect URI.'],
  ['client_id=a&redirect_uri=%2Fx%2Fcb2', '/x/cb', 'Mismatching redirect URI.'],
  ['client_id=a&redirect_uri=%2Fx%2Fcb%3Fa=1', '/x/cb', 'Mismatching redirect URI.'],
  ['client_id=a&redirect_uri=//evil.example/x/cb', '/x/cb', 'Mismatching redirect URI.'],
  ['client_id=a', '', 'Missing redirect URI.'],
])('%s goes nowhere', (query, registered, message) => {
  expect(() => redirectTarget(read(query), registered)).toThrow(message);
});

test.each([
  ['client_id=a', false, 'invalid_request'],
  ['client_id=a&response_type=token', false, 'unsupported_response_type'],
  ['client_id=a&response_type=code&code_challenge=x&code_challenge_method=S1', false, 'invalid_request'],
  ['client_id=a&response_type=code', true, 'invalid_request'],
])('%s is answered with an error at the redirect address', (query, pkce, error) => {
  expect(() => checkResponse(read(query), pkce)).toThrow(expect.objectContaining({ error }));
});

test('the answer carries the state unchanged, after ? or #', () => {
  const state = 'a b&c=ü';
  expect(answerAt('/cb', { state, separator: '?' }, { code: 'X' })).toBe('/cb?code=X&state=a+b%26c%3D%C3%BC');
  expect(answerAt('/cb?x=1', { separator: '?' }, { code: 'X', error: undefined })).toBe('/cb?x=1&code=X');
  expect(answerAt('/cb', { separator: '#' }, { code: 'X' })).toBe('/cb#code=X');
});
