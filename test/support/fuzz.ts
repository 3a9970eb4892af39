import fc from 'fast-check';
import type { Route } from '../../apps/hub/src/http/route-table.js';

export interface FuzzedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const EXISTING = ['ada', 'mallory', 'boss', 'lab', 'staff', 'admin-service', 'board', 'a1', 'a2', 'server', '404', 'x'];
const FIELDS = [
  ...['name', 'admin', 'usernames', 'users', 'groups', 'scopes', 'roles', 'note', 'expires_in', 'auth', 'auth_state', 'last_activity', 'servers', 'properties'],
  ...['remove', 'user', 'group', 'code', 'url', 'user_options', 'display_name', 'username', 'password', 'admin_access', 'proxy', 'token', 'api_token', 'oauth_client_id'],
  ...['grant_type', 'client_id', 'client_secret', 'redirect_uri', 'response_type', 'code_verifier', '__proto__', 'constructor', 'toString'],
];
const ARGUMENTS = [
  ...['limit', 'offset', 'state', 'name_filter', 'sort', 'include_stopped_servers', '_xsrf', 'next', 'username', 'user', 'service', 'scope', 'on', 'owner', 'code'],
  ...['client_id', 'redirect_uri', 'response_type', 'code_challenge', 'code_challenge_method', 'opt-x', 'display_name', '__proto__'],
];
const SCOPES = ['self', 'inherit', 'read:users!user=ada', 'read:users!group=', 'users!', '!user', 'admin:users', 'access:servers!server=ada/lab', 'list:users!user!group=x'];
const TIMES = ['2026-01-01T00:00:00Z', '2026-02-30T99:00:00Z', '-271822-01-01T00:00:00Z', '+275761-01-01T00:00:00Z', '9999-12-31T23:59:59.999999+14:00', 'now'];
const NUMBERS = [0, -1, 1.5, 1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 99999999999999];

/** Percent-encodes every byte that is no letter or digit; text that is no Unicode becomes U+FFFD. */
const encoded = (text: string): string =>
  Buffer.from(text).reduce((done, byte) => done + (/\w/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`), '');

const oddText = fc.oneof(
  fc.constantFrom(...EXISTING, ...SCOPES, ...TIMES, '', '.', '..', '\0', 'a\0b', 'a\r\nb', '\ud800', 'é', '👩‍🔬', "'; DROP TABLE users;--", '%', '_', '../../etc/passwd', '{{7*7}}', '<img src=x>', 'a/b'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('x', 'é', '%', '\0').map((char) => char.repeat(300)),
);

/** What may stand in one segment of a path, as sent. */
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EXISTING) },
  { weight: 3, arbitrary: oddText.map(encoded) },
  fc.constantFrom('%2f', '%2F..', '%2e%2e', '..', '.', '%', '%zz', '%c3%28', '%ff', '%00', '%0d%0a', '%u0041', '+', ';', ':user', '*', `a${'9'.repeat(15)}`, 'a2147483648', '%f0%9f'),
);

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc
    .array(fc.tuple(fc.constantFrom(...ARGUMENTS), fc.oneof(oddText.map(encoded), fc.constantFrom('1', '-1', '999999999999999', '9999999999999999', 'name', '-id', 'active', '%', '%ff', '1e9'))), { maxLength: 4 })
    .map((pairs) => `?${pairs.map((pair) => pair.join('=')).join('&')}`),
  fc.constantFrom('?', '??', '?&&==', '?%', '?limit', '?a[b]=c', '?__proto__[x]=1'),
);

const printable = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 60 });

const noise = fc.oneof(
  fc.tuple(fc.constantFrom('/', '/hub/', '/hub/api/', '/hub/api/users/'), printable).map((parts) => parts.join('')),
  fc.array(segment, { maxLength: 8 }).map((parts) => `/hub/${parts.join('/')}`),
);

const value = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, {}, [], [null], [[]], { a: { b: {} } }, ...NUMBERS) },
  { weight: 2, arbitrary: fc.array(oddText, { maxLength: 3 }) },
  fc.dictionary(oddText, fc.oneof(oddText, fc.record({ last_activity: oddText }), fc.constant(null)), { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);

const json = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 5 }) },
  { weight: 2, arbitrary: value },
).map((made) => JSON.stringify(made));

const body = fc.oneof(
  { weight: 8, arbitrary: json },
  { weight: 2, arbitrary: fc.tuple(json, fc.nat(30)).map(([text, cut]) => text.slice(0, cut)) },
  fc.constantFrom('['.repeat(5000), `${'{"a":'.repeat(99)}1${'}'.repeat(99)}`, '1e999', '-0', '9'.repeat(500), `{"expires_in":${'9'.repeat(400)}}`, '{"limit":1e999}', 'NaN', '"\\ud800"', '\ufeff{}', '\0'),
  fc.array(fc.tuple(fc.constantFrom(...FIELDS, ...ARGUMENTS), oddText.map(encoded)), { maxLength: 5 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
);

const bytes = fc.option(fc.oneof({ weight: 6, arbitrary: body.map((text) => Buffer.from(text)) }, fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some))), { nil: undefined });

const latin1 = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)), maxLength: 40 });
const sometimes = (values: string[]) => fc.option(fc.oneof(fc.constantFrom(...values), latin1), { freq: 2, nil: undefined });

const headers = fc
  .record({
    accept: sometimes(['*/*', 'application/json', 'application/jupyterhub-pagination+json', 'text/html', 'text/event-stream']),
    'content-type': sometimes(['application/json', 'application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=x', '']),
    'content-encoding': fc.option(fc.constantFrom('gzip', 'identity', 'br'), { freq: 20, nil: undefined }),
    'sec-fetch-mode': sometimes(['navigate', 'cors', 'no-cors', 'websocket', 'same-origin']),
    'sec-fetch-site': sometimes(['same-origin', 'same-site', 'cross-site', 'none']),
    origin: sometimes(['null', 'http://evil.example', 'http://127.0.0.1']),
    'x-forwarded-proto': sometimes(['https', 'javascript', ',']),
    'x-xsrftoken': sometimes(['x']),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)));

/** Credentials that nobody was given. */
export const garbageCredentials: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constant({}),
  latin1.map((authorization) => ({ authorization })),
  latin1.map((token) => ({ authorization: `token ${token}` })),
  latin1.map((cookie) => ({ cookie })),
  fc.tuple(fc.constantFrom('jupyterhub-hub-login', 'jupyterhub-session-id', '_xsrf'), latin1).map(([name, text]) => ({ cookie: `${name}=${text}; ${name}="2|1:0|${text}"` })),
);

/** Requests to the given routes with parameters, arguments, headers and bodies of every kind, now and then to no route at all. */
export function fuzzedRequests(routes: readonly Route[]): fc.Arbitrary<FuzzedRequest> {
  const known = fc.constantFrom(...routes).chain(({ method, url }) =>
    fc.record({
      method: fc.oneof({ weight: 9, arbitrary: fc.constant(method) }, fc.constantFrom(...METHODS)),
      path: fc.array(segment, { minLength: 4, maxLength: 4 }).map((parts) => url.replace(/:\w+|\*/g, () => parts.pop() ?? 'x')),
    }),
  );
  const target = fc.oneof({ weight: 9, arbitrary: known }, fc.record({ method: fc.constantFrom(...METHODS), path: noise }));
  return fc.record({ target, query, headers, body: bytes }).map(({ target: { method, path }, query: search, ...rest }) => ({ method, path: path + search, ...rest }));
}
