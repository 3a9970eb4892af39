import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ADMIN_TOKEN, type Answer, TestApp } from '../support/app.js';
import { databaseOf } from '../support/routes.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SECRET = 'oauth-test-secret-of-board-0123456789';
const OTHER_SECRET = 'oauth-test-secret-of-other-0123456789';
const CALLBACK = '/services/board/oauth_callback';
const VERIFIER = 'a-verifier-that-is-long-enough-for-the-standard-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let app: TestApp;
let cookie: string;
let xsrf: string;

beforeAll(async () => {
  const service = (name: string, api_token: string, more: object) => ({ name, api_token, url: 'http://127.0.0.1:9', ...more });
  app = await TestApp.create({
    JupyterHub: {
      services: [
        { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
        service('board', SECRET, { oauth_no_confirm: true, oauth_client_allowed_scopes: ['read:users:activity!user', 'list:users'] }),
        service('other', OTHER_SECRET, { oauth_no_confirm: true }),
        service('asks', 'oauth-test-secret-of-asks-0123456789', { oauth_client_allowed_scopes: ['self'] }),
        service('closed', 'oauth-test-secret-of-closed-0123456789', { oauth_no_confirm: true }),
      ],
      load_roles: [{ name: 'user', scopes: ['self', 'access:services!service=board', 'access:services!service=other', 'access:services!service=asks'] }],
    },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
  ({ cookie, xsrf } = await app.logIn('ada'));
});
afterAll(() => app.close());
afterEach(() => void vi.useRealTimers());

type Fields = Record<string, string | undefined>;

const encoded = (fields: Fields) => new URLSearchParams(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();

const authorize = (fields: Fields = {}, headers: Record<string, string> = { cookie }) =>
  app.request({
    path: `/hub/api/oauth2/authorize?${encoded({ client_id: 'service-board', redirect_uri: CALLBACK, response_type: 'code', state: 'some-state', ...fields })}`,
    headers,
  });

const exchange = (fields: Fields, headers: Record<string, string> = {}) =>
  app.request({
    method: 'POST',
    path: '/hub/api/oauth2/token',
    raw: encoded({ client_id: 'service-board', client_secret: SECRET, grant_type: 'authorization_code', redirect_uri: CALLBACK, ...fields }),
    headers: { ...FORM, ...headers },
  });

const answerIn = ({ headers }: Answer) => new URL(String(headers.location), 'http://hub').searchParams;
const codeOf = async (fields?: Fields, headers?: Record<string, string>) => answerIn(await authorize(fields, headers)).get('code')!;
const tokenOf = async (fields?: Fields) => (await exchange({ code: await codeOf(fields) })).json.access_token as string;
const whois = async (token: string) => (await app.request({ path: '/hub/api/user', token })).json;

describe('a code', () => {
  test('is exchanged for a token that says who the person is, and can do what the service may', async () => {
    const answer = await authorize();
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toMatch(new RegExp(`^${CALLBACK}\\?code=[A-Za-z0-9]{30}&state=some-state$`));
    const { status, headers, json } = await exchange({ code: answerIn(answer).get('code')! });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{30}$/) as string,
      expires_in: 1_209_600,
      token_type: 'Bearer',
      // ada may not list users, and so the board may not for her
      scope: expect.not.stringContaining('list:users') as string,
    });
    expect(await whois(json.access_token as string)).toMatchObject({ kind: 'user', name: 'ada', scopes: expect.arrayContaining(['access:services!service=board', 'read:users:activity!user=ada']) as string[] });
    expect((await app.request({ path: '/hub/api/users', token: json.access_token })).status).toBe(403);
  });

  test('works once', async () => {
    const code = await codeOf();
    expect((await exchange({ code })).status).toBe(200);
    const again = await exchange({ code });
    expect([again.status, again.json]).toEqual([400, { error: 'invalid_grant' }]);
  });

  test('works once even when two come at the same time', async () => {
    const code = await codeOf();
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange({ code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  test('works for five minutes', async () => {
    const [soon, late] = [await codeOf(), await codeOf()];
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now + 290_000 });
    expect((await exchange({ code: soon })).status).toBe(200);
    vi.setSystemTime(now + 302_000);
    expect((await exchange({ code: late })).json).toEqual({ error: 'invalid_grant' });
  });

  test.each([
    ['a wrong secret', { client_secret: OTHER_SECRET }, 401, 'invalid_client'],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client'],
    ['an empty secret', { client_secret: '' }, 401, 'invalid_client'],
    ['a client that nobody knows', { client_id: 'service-nobody' }, 401, 'invalid_client'],
    ["the hub's own client", { client_id: 'jupyterhub', client_secret: '' }, 401, 'invalid_client'],
    ['another client', { client_id: 'service-other', client_secret: OTHER_SECRET, redirect_uri: undefined }, 400, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: '/services/other/oauth_callback' }, 400, 'invalid_request'],
    ['another code', { code: 'x'.repeat(30) }, 400, 'invalid_grant'],
    ['no code', { code: undefined }, 400, 'invalid_request'],
    ['a password', { grant_type: 'password', username: 'ada', password: 'secret' }, 400, 'unsupported_grant_type'],
    ['client credentials', { grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_request'],
    ['__proto__', { grant_type: '__proto__' }, 400, 'unsupported_grant_type'],
  ])('is not exchanged for %s, and stays good', async (_what, fields, status, error) => {
    const code = await codeOf();
    const answer = await exchange({ code, ...fields });
    expect([answer.status, answer.json.error]).toEqual([status, error]);
    expect(answer.text).not.toContain(SECRET);
    expect((await exchange({ code })).status).toBe(200);
  });

  test('is not exchanged by an address, or twice in one form', async () => {
    const code = await codeOf();
    expect((await app.request({ method: 'POST', path: `/hub/api/oauth2/token?code=${code}`, raw: 'grant_type=authorization_code', headers: FORM })).status).toBeGreaterThanOrEqual(400);
    expect((await app.request({ path: '/hub/api/oauth2/token' })).status).toBe(405);
    const twice = `${encoded({ client_id: 'service-board', client_secret: SECRET, grant_type: 'authorization_code', code })}&client_id=service-other`;
    expect((await app.request({ method: 'POST', path: '/hub/api/oauth2/token', raw: twice, headers: FORM })).json.error).toBe('invalid_request');
    expect((await exchange({ code }, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await exchange({ code })).status).toBe(200);
  });

  test('of somebody who has logged out since is worth nothing', async () => {
    const session = await app.logIn('ada');
    const code = await codeOf({}, { cookie: session.cookie });
    await app.request({ path: '/hub/logout', headers: { cookie: session.cookie } });
    expect((await exchange({ code })).json).toEqual({ error: 'invalid_grant' });
  });
});

describe('PKCE', () => {
  const begin = (method?: string, challenge = CHALLENGE) => codeOf({ code_challenge: challenge, code_challenge_method: method });

  test.each([
    ['S256', 'S256', CHALLENGE, VERIFIER],
    ['plain', 'plain', VERIFIER, VERIFIER],
    ['plain when nothing is said', undefined, VERIFIER, VERIFIER],
  ])('with the right verifier, %s', async (_what, method, challenge, code_verifier) => {
    expect((await exchange({ code: await begin(method, challenge), code_verifier })).status).toBe(200);
  });

  test.each([
    ['a wrong verifier', { code_verifier: VERIFIER.replace('a', 'b') }, 'invalid_grant'],
    ['the challenge itself', { code_verifier: CHALLENGE }, 'invalid_grant'],
    ['no verifier', {}, 'invalid_request'],
    ['an empty verifier', { code_verifier: '' }, 'invalid_request'],
  ])('with %s nothing is given, and the code stays good', async (_what, fields, error) => {
    const code = await begin('S256');
    const answer = await exchange({ code, ...fields });
    expect([answer.status, answer.json.error]).toEqual([400, error]);
    expect((await exchange({ code, code_verifier: VERIFIER })).status).toBe(200);
  });

  test('a verifier without a challenge means an attack on the code', async () => {
    expect((await exchange({ code: await codeOf(), code_verifier: VERIFIER })).json.error).toMatch(/^invalid_/);
  });

  test('with a method that nobody knows is refused at the redirect URI', async () => {
    const answer = answerIn(await authorize({ code_challenge: CHALLENGE, code_challenge_method: 'S512' }));
    expect([answer.get('error'), answer.get('state'), answer.get('code')]).toEqual(['invalid_request', 'some-state', null]);
  });
});

describe('the browser is sent nowhere', () => {
  test.each([
    ...['http://evil.example/', 'https://evil.example/services/board/oauth_callback', '//evil.example/services/board/oauth_callback', 'javascript:alert(1)'],
    ...['/services/other/oauth_callback', `${CALLBACK}/`, `${CALLBACK}?x=1`, `${CALLBACK}#`, `${CALLBACK}/../../other`, '/services/BOARD/oauth_callback', `${CALLBACK}%00`, ` ${CALLBACK}`, `http://hub${CALLBACK}`, '\\\\evil.example', 'x'],
  ])('for the redirect URI %j', async (redirect_uri) => {
    const { status, headers, text } = await authorize({ redirect_uri });
    expect([status, headers.location]).toEqual([400, undefined]);
    expect(text).toContain('redirect URI');
  });

  test.each([
    ['a client that nobody knows', { client_id: 'service-nobody' }],
    ['no client', { client_id: undefined }],
    ["the hub's own client", { client_id: 'jupyterhub', redirect_uri: undefined }],
    ['a client that may be SQL', { client_id: "service-board' OR '1'='1" }],
  ])('for %s', async (_what, fields) => {
    const { status, headers } = await authorize(fields);
    expect([status, headers.location]).toEqual([400, undefined]);
  });

  test('for somebody who may not use the service', async () => {
    const { status, headers, text } = await authorize({ client_id: 'service-closed', redirect_uri: '/services/closed/oauth_callback' });
    expect([status, headers.location]).toEqual([403, undefined]);
    expect(text).toContain('You do not have permission to access JupyterHub service closed');
  });

  test('but to log in, when nobody is logged in', async () => {
    const { status, headers } = await authorize({}, {});
    expect(status).toBe(302);
    expect(headers.location).toMatch(/^\/hub\/login\?next=%2Fhub%2Fapi%2Foauth2%2Fauthorize%3Fclient_id%3Dservice-board/);
    // a token is no browser
    const { token } = (await app.admin('POST', '/users/ada/tokens')).json;
    expect((await authorize({}, { authorization: `token ${token}` })).headers.location).toMatch(/^\/hub\/login/);
  });

  test.each([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['a token at once', { response_type: 'token' }, 'unsupported_response_type'],
    ['more than the client may have', { scope: 'admin:users' }, 'invalid_scope'],
    ['a scope that nobody knows', { scope: 'no:such' }, 'invalid_scope'],
    ['everything', { scope: 'inherit' }, 'invalid_scope'],
    ['more of the same', { scope: 'read:users:activity' }, 'invalid_scope'],
  ])('with a code for %s, but told what is wrong', async (_what, fields, error) => {
    const answer = answerIn(await authorize(fields));
    expect([answer.get('error'), answer.get('state'), answer.get('code')]).toEqual([error, 'some-state', null]);
  });
});

describe('the token of a service', () => {
  test('ends with the session in which it was given', async () => {
    const session = await app.logIn('ada');
    const [own, others] = [await tokenOfSession(session.cookie), await tokenOf()];
    expect((await whois(own)).name).toBe('ada');
    await app.request({ path: '/hub/logout', headers: { cookie: session.cookie } });
    expect((await whois(own)).status).toBe(403);
    expect((await whois(others)).name).toBe('ada');
  });

  const tokenOfSession = async (session: string) => (await exchange({ code: await codeOf({}, { cookie: session }) })).json.access_token as string;

  test('takes all that the service has of this person along when it is revoked', async () => {
    const [first, second] = [await tokenOf(), await tokenOf()];
    const other = (await exchange({ client_id: 'service-other', client_secret: OTHER_SECRET, redirect_uri: undefined, code: await codeOf({ client_id: 'service-other', redirect_uri: '/services/other/oauth_callback' }) })).json.access_token as string;
    const { token_id } = await whois(first);
    expect((await app.admin('DELETE', `/users/ada/tokens/${token_id}`)).status).toBe(204);
    expect([(await whois(first)).status, (await whois(second)).status, (await whois(other)).name]).toEqual([403, 403, 'ada']);
  });

  test('is kept as a hash, and shown to nobody', async () => {
    const token = await tokenOf();
    expect(JSON.stringify(await databaseOf(app))).not.toContain(token);
    expect((await app.admin('GET', '/users/ada/tokens')).text).not.toContain(token);
    expect(JSON.stringify(await databaseOf(app))).not.toContain(SECRET);
  });

  test('ends with its owner', async () => {
    const session = await app.logIn('bob');
    const token = await tokenOfSession(session.cookie);
    expect((await whois(token)).name).toBe('bob');
    await app.admin('DELETE', '/users/bob');
    expect((await whois(token)).status).toBe(403);
  });
});

describe('the question whether a service may know who somebody is', () => {
  const query = encoded({ client_id: 'service-asks', redirect_uri: '/services/asks/oauth_callback', response_type: 'code', state: 'x"><script>' });
  const confirm = (fields: string, headers: Record<string, string> = {}) =>
    app.request({ method: 'POST', path: `/hub/api/oauth2/authorize?${query}`, raw: fields, headers: { ...FORM, cookie, ...headers } });
  const ask = () => app.request({ path: `/hub/api/oauth2/authorize?${query}`, headers: { cookie } });

  test('is a page of our own that nobody can frame', async () => {
    const { status, headers, text } = await ask();
    expect([status, headers.location]).toEqual([200, undefined]);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(text).toContain('JupyterHub service asks');
    expect(text).not.toContain('x"><script>');
  });

  test.each([
    ['without its token', () => 'scopes=self', {}],
    ['from another site', () => `scopes=self&_xsrf=${xsrf}`, { 'sec-fetch-site': 'cross-site' }],
    ['from another origin', () => `scopes=self&_xsrf=${xsrf}`, { origin: 'http://evil.example' }],
  ])('is not answered by a form %s', async (_what, fields, headers) => {
    const before = await databaseOf(app);
    const { status, headers: answered } = await confirm(fields(), headers);
    expect([status, answered.location]).toEqual([403, undefined]);
    expect(await databaseOf(app)).toEqual(before);
  });

  test('gives no more than is asked, whatever the form says', async () => {
    expect(answerIn(await confirm(`scopes=admin:users&_xsrf=${xsrf}`)).get('error')).toBe('invalid_scope');
    const code = answerIn(await confirm(`_xsrf=${xsrf}`)).get('code')!;
    const { json } = await exchange({ client_id: 'service-asks', client_secret: 'oauth-test-secret-of-asks-0123456789', redirect_uri: undefined, code });
    expect(json.scope.split(' ').sort()).toEqual(['access:services!service=asks', 'read:users:groups!user', 'read:users:name!user']);
  });

  test('is not asked again once it was answered', async () => {
    expect((await ask()).status).toBe(200);
    const scopes = [...(await ask()).text.matchAll(/name="scopes" value="([^"]*)"/g)].map(([, scope]) => `scopes=${encodeURIComponent(scope!)}`);
    const code = answerIn(await confirm([...scopes, `_xsrf=${xsrf}`].join('&'))).get('code')!;
    expect((await exchange({ client_id: 'service-asks', client_secret: 'oauth-test-secret-of-asks-0123456789', redirect_uri: undefined, code })).status).toBe(200);
    expect(answerIn(await ask()).get('code')).toMatch(/^\w{30}$/);
  });
});
