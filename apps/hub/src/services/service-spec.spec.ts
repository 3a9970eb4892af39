import { describe, expect, test } from 'vitest';
import { readServiceSpec, readServiceSpecs } from './service-spec.js';
import { serviceOf } from './service.js';

const context = { id: 7, fromConfig: true, baseUrl: '/team/' };
const read = (record: Record<string, unknown>) => serviceOf(readServiceSpec({ name: 'x', ...record }), context);

test('a name is enough, and makes an external service without OAuth', () => {
  const service = read({});
  expect(service).toMatchObject({ id: 7, kind: 'external', url: '', prefix: '', command: [], info: {}, display: true, admin: false, timeout: 30 });
  expect(service.oauth).toBeUndefined();
});

test('a command makes it managed; a plain string is one word', () => {
  expect(read({ command: ['a', 'b'] })).toMatchObject({ kind: 'managed', command: ['a', 'b'] });
  expect(read({ command: 'a b' })).toMatchObject({ kind: 'managed', command: ['a b'] });
  expect(read({ command: '' })).toMatchObject({ kind: 'external', command: [] });
});

test('a url gives it a prefix and an OAuth client', () => {
  const service = read({ name: 'a?b @c', url: 'http://127.0.0.1:9000/ignored', oauth_client_allowed_scopes: ['read:users!user', 'access:services'] });
  expect(service).toMatchObject({ origin: 'http://127.0.0.1:9000', prefix: '/team/services/a%3Fb%20@c/' });
  expect(service.oauth).toEqual({
    clientId: 'service-a?b @c',
    redirectUri: '/team/services/a%3Fb%20@c/oauth_callback',
    noConfirm: false,
    allowedScopes: ['access:services', 'access:services!service=a?b @c', 'read:users!user'],
  });
});

describe('probes and limits', () => {
  const managed = (record: Record<string, unknown>) => read({ command: ['a'], url: 'http://127.0.0.1:9000', ...record });

  test('have the defaults of Kubernetes', () => {
    const timing = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1 };
    expect(managed({ readiness: { tcp_socket: { port: 1 } } }).readiness).toEqual({ target: { kind: 'tcp', host: '127.0.0.1', port: 1 }, timing });
    expect(managed({})).not.toHaveProperty('liveness');
  });

  test.each([
    [{ http_get: { url: 'https://h/x' } }, { kind: 'http', url: 'https://h/x' }],
    [{ http_get: { path: '/x' } }, { kind: 'path', path: '/x' }],
    [{ tcp_socket: { port: 1, host: '::1' } }, { kind: 'tcp', host: '::1', port: 1 }],
    [{ exec: { command: ['a', 'b'] } }, { kind: 'exec', command: ['a', 'b'] }],
  ])('%j', (liveness, target) => {
    const times = { initial_delay_seconds: 1, period_seconds: 0.5, timeout_seconds: 3, failure_threshold: 4, success_threshold: 5 };
    const timing = { initialDelaySeconds: 1, periodSeconds: 0.5, timeoutSeconds: 3, failureThreshold: 4, successThreshold: 5 };
    expect(managed({ liveness: { ...liveness, ...times } }).liveness).toEqual({ target, timing });
  });

  test.each([
    [{ liveness: {} }, 'liveness: expected one of'],
    [{ liveness: { tcp_socket: { port: 1 }, exec: { command: ['a'] } } }, 'liveness: expected one of'],
    [{ liveness: { tcp_socket: { port: 0 } } }, 'liveness.tcp_socket.port'],
    [{ liveness: { http_get: { url: 'ftp://h' } } }, 'liveness.http_get'],
    [{ readiness: { exec: { command: [] } } }, 'readiness.exec.command'],
    [{ readiness: { exec: { command: ['a'] }, period_seconds: 0 } }, 'readiness.period_seconds'],
    [{ readiness: { exec: { command: ['a'] }, periodSeconds: 1 } }, 'readiness'],
    [{ url: '', readiness: { http_get: { path: '/' } } }, 'a path takes a service with url'],
    [{ command: [], mem_limit: 1 }, 'mem_limit is for services that the hub runs'],
    [{ mem_limit: 'much' }, 'mem_limit: expected a size'],
    [{ cpu_limit: -1 }, 'cpu_limit'],
  ])('%j is refused', (record, message) => expect(() => managed(record)).toThrow(message));

  test('sizes are bytes, and nothing is no limit', () => {
    expect(managed({ mem_limit: '1.5G', cpu_limit: 0.5 }).limits).toEqual({ memoryBytes: 1_610_612_736, cpus: 0.5 });
    expect(managed({ mem_limit: 0, cpu_limit: 0 }).limits).toEqual({});
  });
});

test('OAuth keys turn it on without a url', () => {
  const { oauth } = read({ oauth_redirect_uri: 'https://a.example/cb', oauth_no_confirm: true, oauth_client_id: 'service-other' });
  expect(oauth).toMatchObject({ clientId: 'service-other', redirectUri: 'https://a.example/cb', noConfirm: true });
});

test('old oauth_roles stand for the scopes of roles, where no scopes are given', () => {
  const roles = [{ name: 'r', scopes: ['read:hub'] }, { name: 'user' }];
  const spec = readServiceSpec({ name: 'x', url: 'http://h', oauth_roles: ['r', 'user', 'gone'] });
  expect(serviceOf(spec, { ...context, roles }).oauth?.allowedScopes).toEqual(['access:services!service=x', 'read:hub', 'self']);
});

test('numbers and switches in the environment are written out', () => {
  expect(read({ environment: { PORT: 80, ON: true } }).environment).toEqual({ PORT: '80', ON: 'true' });
});

describe('refused, naming service and key:', () => {
  const bad: [Record<string, unknown>, RegExp][] = [
    [{ name: undefined }, /a service has no name/],
    [{ name: 3 }, /a service has no name/],
    [{ name: 'a\nb' }, /name: expected no control characters/],
    [{ comand: ['a'] }, /service x: no such service field comand; did you mean command\?/],
    [{ zzzzzzzz: 1 }, /service x: no such service field zzzzzzzz$/],
    [{ prefix: '/x/' }, /prefix follows from the other keys and cannot be set/],
    [{ __proto__x: 1 }, /no such service field/],
    [{ url: 'ftp://h/' }, /service x: url: expected an http or https address/],
    [{ url: 'nonsense' }, /url: expected an http or https address/],
    [{ oauth_client_id: 'x', url: 'http://h' }, /oauth_client_id: expected an id that starts with service-/],
    [{ oauth_no_confirm: true }, /OAuth without url takes oauth_redirect_uri/],
    [{ api_token: 'short' }, /api_token: expected at least 8 characters/],
    [{ admin: 'yes' }, /service x: admin: /],
    [{ timeout: 0 }, /timeout: /],
    [{ after: ['y'] }, /after is for services that the hub runs: it takes a command/],
    [{ requires: 'y', command: ['a'] }, /requires: /],
    [{ schedule: '0 3 * *', command: ['a'] }, /schedule: expected five fields as in crontab/],
    [{ schedule: '0 3 * * *' }, /schedule is for services that the hub runs: it takes a command/],
    [{ timezone: 'UTC', command: ['a'] }, /timezone is for services that run at times: it takes a schedule/],
    [{ schedule: '0 3 * * *', command: ['a'], timezone: 'Mars' }, /timezone: expected the name of a time zone/],
    [{ schedule: '0 3 * * *', command: ['a'], missed: 'run-all' }, /missed: /],
    [{ schedule: '0 3 * * *', command: ['a'], url: 'http://h' }, /url is for services that go on running; this one has a schedule/],
    [{ schedule: '0 3 * * *', command: ['a'], after: ['b'] }, /after is for services that go on running; this one has a schedule/],
    [{ start_limit: 3 }, /start_limit is for services that the hub runs: it takes a command/],
    [{ start_limit: -1, command: ['a'] }, /start_limit: /],
    [{ name: 'n'.repeat(256) }, /name: /],
    [{ name: 'a/b', url: 'http://h' }, /its name cannot be "\.", "\.\." or contain a slash/],
    [{ name: '..', url: 'http://h' }, /service \.\.: a service with url is reached at/],
  ];
  test.each(bad)('%j', (record, message) => expect(() => readServiceSpec({ name: 'x', ...record })).toThrow(message));

  test('names and OAuth clients that occur twice', () => {
    expect(() => readServiceSpecs([{ name: 'x' }, { name: 'x' }])).toThrow('two services have the name x');
    const twin = { name: 'y', url: 'http://h', oauth_client_id: 'service-x' };
    expect(() => readServiceSpecs([{ name: 'x', url: 'http://h' }, twin])).toThrow('two services have the OAuth client service-x');
  });

  test('a token does not show in the message', () => {
    expect(() => readServiceSpec({ name: 'x', api_token: 'secret' })).not.toThrow('secret');
  });
});
