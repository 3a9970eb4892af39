import { expect, test } from 'vitest';
import type { Caller } from '../identity/caller.js';
import type { HubRequest } from './hub-request.js';
import { apiNeedsXsrf, comesFromElsewhere, Xsrf, xsrfArgument } from './xsrf.js';

const xsrf = new Xsrf(Buffer.alloc(32, 7));
const ada = { name: 'ada', session: { id: 'session-1', cookieId: 'cookie-1' } } as Caller;
const byToken = { name: 'ada', token: { id: 1 } } as Caller;

function request(method: string, headers: Record<string, string> = {}, caller?: Caller, query = {}): HubRequest {
  return { method, headers: { host: 'hub.example', ...headers }, caller, query } as unknown as HubRequest;
}

const withCookie = (value: string, caller?: Caller) => request('POST', { cookie: `_xsrf=${value}` }, caller);

test('a token is good for the session it was made for', () => {
  const token = xsrf.issue(ada);
  expect(() => xsrf.check(withCookie(token, ada), token)).not.toThrow();
  const later = { ...ada, session: { id: 'session-2', cookieId: 'cookie-1' } } as Caller;
  expect(() => xsrf.check(withCookie(token, later), token)).toThrow("'_xsrf' argument invalid");
});

test('before login a token is bound to a random number and to no address', () => {
  const token = xsrf.issue(undefined);
  expect(token).not.toBe(xsrf.issue(undefined));
  expect(() => xsrf.check(withCookie(token), token)).not.toThrow();
  expect(() => xsrf.check(withCookie(token, ada), token)).toThrow('invalid');
});

test('a missing, different or forged token is refused', () => {
  const token = xsrf.issue(ada);
  expect(() => xsrf.check(withCookie(token, ada), undefined)).toThrow("'_xsrf' argument missing from POST");
  expect(() => xsrf.check(withCookie(token, ada), xsrf.issue(undefined))).toThrow('XSRF cookie does not match POST argument');
  const forged = new Xsrf(Buffer.alloc(32, 8)).issue(ada);
  expect(() => xsrf.check(withCookie(forged, ada), forged)).toThrow("'_xsrf' argument invalid");
});

test('of several cookies the first that is good counts', () => {
  const token = xsrf.issue(ada);
  const tossed = request('POST', { cookie: `_xsrf=planted; _xsrf=${token}` }, ada);
  expect(xsrf.current(tossed, ada)).toBe(token);
  expect(() => xsrf.check(tossed, token)).not.toThrow();
});

test('the token is read from the query, a form, or either header', () => {
  expect(xsrfArgument(request('GET', {}, undefined, { _xsrf: 'q' }))).toBe('q');
  expect(xsrfArgument(request('POST', { 'x-xsrftoken': 'h' }))).toBe('h');
  expect(xsrfArgument(request('POST', { 'x-csrftoken': 'c' }))).toBe('c');
  const form = { ...request('POST', { 'content-type': 'application/x-www-form-urlencoded' }), body: Buffer.from('a=1&_xsrf=f') };
  expect(xsrfArgument(form as unknown as HubRequest)).toBe('f');
  expect(xsrfArgument(request('POST', { 'x-xsrf-token': 'unknown header' }))).toBeUndefined();
});

test.each([
  ['GET', {}, ada, false],
  ['GET', { 'sec-fetch-mode': 'navigate' }, ada, false],
  ['GET', { 'sec-fetch-mode': 'cors' }, ada, true],
  ['GET', { 'sec-fetch-mode': 'same-origin', 'sec-fetch-site': 'same-origin' }, ada, true],
  ['GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-origin' }, ada, false],
  ['GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }, ada, true],
  ['POST', {}, ada, true],
  ['POST', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-origin' }, ada, true],
  ['DELETE', {}, byToken, false],
  ['POST', {}, undefined, false],
  ['POST', { origin: 'https://elsewhere.example' }, undefined, true],
  ['HEAD', { 'sec-fetch-mode': 'cors' }, ada, false],
] as const)('%s with %j needs a token: %#', (method, headers, caller, needed) => {
  expect(apiNeedsXsrf(request(method, headers, caller))).toBe(needed);
});

test.each([
  [{ 'sec-fetch-site': 'cross-site' }, true],
  [{ 'sec-fetch-site': 'same-site' }, true],
  [{ 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{}, false],
  [{ origin: 'http://hub.example' }, false],
  [{ origin: 'https://hub.example', 'x-forwarded-proto': 'https' }, false],
  [{ origin: 'http://evil.example' }, true],
])('a browser that says %j comes from elsewhere: %s', (headers, elsewhere) => {
  expect(comesFromElsewhere(request('POST', headers))).toBe(elsewhere);
});
