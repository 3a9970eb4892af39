import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, cookiesOf, TestApp } from '../support/app.js';
import { CLIENT, TestProvider } from '../support/openid-provider.js';
import { OAuthBrowser, visitProvider } from '../support/sign-in.js';

const SECRETS_KEY = randomBytes(32).toString('hex');
const SERVICE = 'The University';

let provider: TestProvider;
let app: TestApp;
/** What `app` was made with; a test after which nobody is known leaves it to the next one that wants the same. */
let madeWith: string | undefined;

beforeAll(async () => {
  provider = await TestProvider.start(['http://localhost/hub/oauth_callback', 'https://hub.example.org/team/hub/oauth_callback']);
});
afterAll(async () => {
  await app.close();
  await provider.stop();
});
beforeEach(() => {
  vi.stubEnv('JUPYTERHUB_CRYPT_KEY', SECRETS_KEY);
  provider.accounts.set('a1', { preferred_username: 'Ada', email: 'ada@example.org', email_verified: true, groups: ['staff'] });
  provider.accounts.set('b2', { preferred_username: 'bob', email: 'bob@example.org', email_verified: true, groups: ['guests'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  provider.mischief.clear();
});

async function make(...about: Parameters<typeof TestApp.create>): Promise<void> {
  const wanted = about.length === 1 ? JSON.stringify(about) : undefined;
  if (madeWith !== undefined && madeWith === wanted && (await users()).length === 0) return;
  if (app) await app.close();
  app = await TestApp.create(...about);
  madeWith = wanted;
}

/** @param traits of the provider's class, over those of a provider with which everybody gets in */
async function hub(traits: Record<string, unknown> = {}, JupyterHub: Record<string, unknown> = {}): Promise<void> {
  await make({
    JupyterHub: { authenticator_class: 'generic-oauth', ...JupyterHub },
    GenericOAuthenticator: { ...CLIENT, issuer: provider.issuer, scope: ['openid', 'email', 'groups'], username_claim: 'preferred_username', login_service: SERVICE, allow_all: true, ...traits },
  });
}

const users = async () => (await app.hub.foundation.db('users').select('name')).map(({ name }) => name as string);
const model = async (name: string) => (await app.admin('GET', `/users/${name}`)).json;
const errorOn = ({ text }: Answer) => /id="login_error">\s*<strong>([^<]*)</.exec(text)?.[1];

describe('a login elsewhere', () => {
  test('leads to the provider and back, to where somebody wanted to go', async () => {
    await hub();
    const browser = new OAuthBrowser(app);
    expect(await browser.signIn('a1', '/hub/token?page=2')).toMatchObject({ status: 302, headers: { location: '/hub/token?page=2' } });
    expect(await browser.whoami()).toBe('ada');
    expect((await new OAuthBrowser(app).signIn('a1')).headers.location).toBe('/hub/spawn');
    expect(await users()).toEqual(['ada']);
  });

  test('goes nowhere else than to this hub', async () => {
    await hub({}, { default_url: '/hub/home' });
    for (const next of ['https://evil.example.org/', '//evil.example.org', `/hub/${'x'.repeat(3000)}`]) {
      expect((await new OAuthBrowser(app).signIn('a1', next)).headers.location, next.slice(0, 30)).toBe('/hub/home');
    }
  });

  test('is offered by a button, and begun at once with auto_login', async () => {
    await hub();
    const { status, text } = await app.request({ path: '/hub/login?next=%2Fhub%2Ftoken' });
    expect(status).toBe(200);
    expect(text).toContain(`Sign in with ${SERVICE}`);
    expect(text).toContain('href="/hub/oauth_login?next=%2Fhub%2Ftoken"');
    expect(text).not.toContain('type="password"');
    await hub({ auto_login: true });
    expect(await app.request({ path: '/hub/login?next=%2Fhub%2Ftoken' })).toMatchObject({ status: 302, headers: { location: '/hub/oauth_login?next=%2Fhub%2Ftoken' } });
    // and nothing begins anew after the log-out
    const browser = new OAuthBrowser(app);
    await browser.signIn('a1');
    expect((await browser.open('/hub/logout')).status).toBe(200);
    expect(await browser.whoami()).toBeUndefined();
  });

  test('leaves a cookie for a while, which only the hub can read and scripts cannot', async () => {
    await hub();
    const { answer } = await new OAuthBrowser(app).begin();
    const lines = ([answer.headers['set-cookie']].flat() as string[]).filter((line) => line.startsWith('oauthenticator-state'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/; HttpOnly; Path=\/hub\/; SameSite=Lax$/);
    const until = Date.parse(/expires=([^;]*)/.exec(lines[0]!)![1]!);
    expect((until - Date.now()) / 60_000).toBeGreaterThan(10);
    expect((until - Date.now()) / 60_000).toBeLessThan(16);
    const https = await app.request({ path: '/hub/oauth_login', headers: { 'x-forwarded-proto': 'https', host: 'localhost' } });
    expect(https.headers['set-cookie']).toContain('Secure');
  });

  test('can be under way in several tabs at once', async () => {
    await hub();
    const browser = new OAuthBrowser(app);
    const [one, other] = [await browser.begin('/hub/token'), await browser.begin('/hub/home')];
    const back = [await browser.visit(one.url, 'a1'), await browser.visit(other.url, 'a1')];
    const finished = [await browser.open(back[1]!), await browser.open(back[0]!)];
    expect(finished.map(({ headers }) => headers.location)).toEqual(['/hub/home', '/hub/token']);
    for (let tab = 0; tab < 12; tab++) await browser.begin();
    expect([...browser.jar.keys()].filter((name) => name.startsWith('oauthenticator-state'))).toHaveLength(5);
  });

  test('comes back to the address in the config, or else to the public one', async () => {
    await hub({ oauth_callback_url: 'https://hub.example.org/team/hub/oauth_callback' }, { base_url: '/team/' });
    const asked = (await app.request({ path: '/team/hub/oauth_login' })).headers.location;
    expect(new URL(String(asked)).searchParams.get('redirect_uri')).toBe('https://hub.example.org/team/hub/oauth_callback');
    await hub({}, { public_url: 'https://hub.example.org/team/', base_url: '/team/' });
    const browser = new OAuthBrowser(app);
    const { url } = { url: new URL(String((await browser.open('/team/hub/oauth_login')).headers.location)) };
    expect(url.searchParams.get('redirect_uri')).toBe('https://hub.example.org/team/hub/oauth_callback');
    const back = await visitProvider(url, 'a1');
    expect((await browser.open(back)).headers.location).toBe('/team/hub/spawn');
  });

  test('ends at the provider too, where the config says so', async () => {
    await hub({ logout_redirect_url: 'https://idp.example.org/logout?client=hub' });
    const browser = new OAuthBrowser(app);
    await browser.signIn('a1');
    expect(await browser.open('/hub/logout')).toMatchObject({ status: 302, headers: { location: 'https://idp.example.org/logout?client=hub' } });
    expect(await browser.whoami()).toBeUndefined();
  });

  test('is none where people log in here', async () => {
    await make();
    for (const path of ['/hub/oauth_login', '/hub/oauth_callback?code=x&state=y']) expect((await app.request({ path })).status).toBe(404);
  });

  test('is in the audit, with whom it was', async () => {
    await hub({ allow_all: false, allowed_users: ['ada'] });
    await new OAuthBrowser(app).signIn('a1');
    await new OAuthBrowser(app).signIn('b2');
    const { items } = (await app.admin('GET', '/audit?action=login')).json as { items: { target: { name: string } | null; outcome: string; reason: string | null }[] };
    expect(items.map(({ target, outcome, reason }) => [target?.name, outcome, reason?.slice(0, 5)])).toEqual([
      [undefined, 'denied', 'Sorry'],
      ['ada', 'ok', undefined],
    ]);
  });
});

describe('who may come in', () => {
  const outcome = async (login: string) => {
    const browser = new OAuthBrowser(app);
    const answer = await browser.signIn(login);
    return answer.status === 302 ? browser.whoami() : [answer.status, errorOn(answer)];
  };

  test('is nobody by default, and they are told so', async () => {
    await hub({ allow_all: false, custom_403_message: 'Ask <the> dean.' });
    const answer = await new OAuthBrowser(app).signIn('a1');
    expect([answer.status, errorOn(answer)]).toEqual([403, 'Ask &lt;the&gt; dean.']);
    expect(await users()).toEqual([]);
  });

  test('are those whom the config names, by the names they have here', async () => {
    await hub({ allow_all: false, allowed_users: ['lovelace'], username_map: { ada: 'lovelace' } });
    expect([await outcome('a1'), await outcome('b2')]).toEqual(['lovelace', [403, expect.stringContaining('Sorry')]]);
  });

  test('are admins, who need no other list', async () => {
    await hub({ allow_all: false, admin_users: ['ada'] });
    expect([await outcome('a1'), await outcome('b2')]).toEqual(['ada', [403, expect.any(String)]]);
    expect(await model('ada')).toMatchObject({ admin: true, roles: ['user', 'admin'] });
  });

  test('are not those who are blocked, although everybody else is let in', async () => {
    await hub({ blocked_users: ['ada'] });
    expect([await outcome('a1'), await outcome('b2')]).toEqual([[403, expect.any(String)], 'bob']);
  });

  test('are not just those who are in the database', async () => {
    await hub({ allow_all: false, allowed_users: ['bob'] });
    await app.admin('POST', '/users/ada');
    expect(await outcome('a1')).toEqual([403, expect.any(String)]);
    await hub({ allow_all: false, allow_existing_users: true });
    await app.admin('POST', '/users/ada');
    expect([await outcome('a1'), await outcome('b2')]).toEqual(['ada', [403, expect.any(String)]]);
  });

  test('are members of groups; groups here become what they are there, and admins come and go with them', async () => {
    await hub({ allow_all: false, manage_groups: true, allowed_groups: ['guests'], admin_groups: ['staff'] });
    expect([await outcome('a1'), await outcome('b2')]).toEqual(['ada', 'bob']);
    expect([await model('ada'), await model('bob')]).toMatchObject([{ admin: true, groups: ['staff'] }, { admin: false, groups: ['guests'] }]);
    provider.accounts.set('a1', { preferred_username: 'Ada', groups: ['guests', 'chess'] });
    expect(await outcome('a1')).toBe('ada');
    expect(await model('ada')).toMatchObject({ admin: false, groups: ['chess', 'guests'], roles: ['user'] });
  });

  test.each([
    ['no name', { email: 'ada@example.org' }, 'does not tell the hub what you are called'],
    ['an empty name', { preferred_username: '' }, 'does not tell the hub what you are called'],
    ['a name that is no text', { preferred_username: ['ada'] }, 'does not tell the hub what you are called'],
    ['a name that cannot be one', { preferred_username: 'a/../b' }, 'Sorry'],
    ['a name that looks like another', { preferred_username: 'аdа' }, 'Sorry'],
  ])('is nobody with %s', async (_what, claims, message) => {
    await hub();
    provider.accounts.set('a1', claims);
    expect(await outcome('a1')).toEqual([403, expect.stringContaining(message)]);
    expect(await users()).toEqual([]);
  });
});

describe('what is kept of a login', () => {
  test('is in JupyterHub\'s form, encrypted, for those who may read it', async () => {
    await hub({ enable_auth_state: true });
    await new OAuthBrowser(app).signIn('a1');
    const { auth_state: state } = await model('ada');
    expect(state).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String), id_token: expect.any(String), scope: ['openid', 'email', 'groups'], token_response: { token_type: 'bearer' }, oauth_user: { sub: 'a1', preferred_username: 'Ada' } });
    const { encrypted_auth_state: stored } = (await app.hub.foundation.db('users').where({ name: 'ada' }).first('encrypted_auth_state'))!;
    expect(String(stored)).not.toContain(state.access_token);
  });

  test('is nothing, unless that is asked for', async () => {
    await hub();
    await new OAuthBrowser(app).signIn('a1');
    expect((await app.hub.foundation.db('users').where({ name: 'ada' }).first('encrypted_auth_state'))!.encrypted_auth_state).toBeNull();
  });
});

describe('a login of some time ago', () => {
  const AGE = 300;
  const later = () => vi.advanceTimersByTime((AGE + 1) * 1000);
  let browser: OAuthBrowser;

  async function signedIn(traits: Record<string, unknown> = {}) {
    await hub({ enable_auth_state: true, auth_refresh_age: AGE, manage_groups: true, admin_groups: ['chiefs'], ...traits });
    vi.useFakeTimers({ toFake: ['performance'] });
    browser = new OAuthBrowser(app);
    await browser.signIn('a1');
    return (await model('ada')).auth_state as Record<string, string>;
  }

  test('brings what has changed at the provider', async () => {
    await signedIn();
    provider.accounts.set('a1', { preferred_username: 'Ada', groups: ['chiefs'] });
    expect((await model('ada')).groups).toEqual(['staff']);
    later();
    expect(await browser.whoami()).toBe('ada');
    expect(await model('ada')).toMatchObject({ groups: ['chiefs'], admin: true });
  });

  test('gets new tokens when the old one has expired, and ends when there are none to be had', async () => {
    const { access_token, refresh_token } = await signedIn();
    await provider.expire(access_token!);
    later();
    expect(await browser.whoami()).toBe('ada');
    const renewed = (await model('ada')).auth_state;
    expect(renewed.access_token).not.toBe(access_token);
    for (const token of [renewed.access_token, renewed.refresh_token, refresh_token!]) await provider.expire(token);
    later();
    expect(await browser.whoami()).toBeUndefined();
    expect((await browser.open('/hub/home')).headers.location).toContain('/hub/login');
    await browser.signIn('a1');
    expect(await browser.whoami()).toBe('ada');
  });

  test('keeps the refresh token where the provider gives no new one', async () => {
    const { access_token, refresh_token } = await signedIn();
    await provider.expire(access_token!);
    provider.mischief.set('/token', ({ refresh_token: _, ...body }) => body);
    later();
    expect(await browser.whoami()).toBe('ada');
    expect((await model('ada')).auth_state.refresh_token).toBe(refresh_token);
  });

  test('stays good while the provider cannot be asked', async () => {
    await signedIn();
    provider.mischief.set('/me', 'down');
    later();
    expect(await browser.whoami()).toBe('ada');
  });

  test('ends for those who may not come in any more, and who are somebody else now', async () => {
    await signedIn({ allow_all: false, allowed_groups: ['staff'] });
    provider.accounts.set('a1', { preferred_username: 'Ada', groups: ['guests'] });
    later();
    expect(await browser.whoami()).toBeUndefined();
    vi.useRealTimers();
    provider.accounts.set('a1', { preferred_username: 'Ada', groups: ['staff'] });
    await signedIn();
    provider.mischief.set('/me', (body) => ({ ...body, sub: 'somebody-else' }));
    later();
    expect(await browser.whoami()).toBeUndefined();
  });

  test('is for a hook to decide, where there is one', async () => {
    const answers: (boolean | null)[] = [true, null, false];
    await make(
      {
        JupyterHub: { authenticator_class: 'generic-oauth' },
        GenericOAuthenticator: { ...CLIENT, issuer: provider.issuer, scope: ['openid'], username_claim: 'preferred_username', allow_all: true, enable_auth_state: true, auth_refresh_age: AGE },
      },
      (config) => (config.GenericOAuthenticator.refresh_user_hook = () => answers.shift()),
    );
    vi.useFakeTimers({ toFake: ['performance'] });
    browser = new OAuthBrowser(app);
    await browser.signIn('a1');
    const seen: (string | undefined)[] = [];
    for (let round = 0; round < 3; round++) {
      later();
      seen.push(await browser.whoami());
    }
    expect(seen).toEqual(['ada', 'ada', undefined]);
  });
});

describe('nobody gets in', () => {
  /** The hub's answer to a way back, after which nobody is logged in and nobody was made. */
  async function refusal(browser: OAuthBrowser, path: string): Promise<Answer> {
    const answer = await browser.open(path);
    expect(cookiesOf(answer).has('jupyterhub-hub-login')).toBe(false);
    expect(await browser.whoami()).toBeUndefined();
    expect(await users()).toEqual([]);
    return answer;
  }

  test('who comes back twice, with a code and a state that were good', async () => {
    await hub();
    const browser = new OAuthBrowser(app);
    const { url } = await browser.begin();
    const before = new Map(browser.jar);
    const back = await browser.visit(url, 'a1');
    expect((await browser.open(back)).status).toBe(302);
    await browser.open('/hub/logout');
    const again = await browser.open(back);
    expect([again.status, errorOn(again)]).toEqual([400, 'This login cannot be finished here.']);
    // also for somebody who has kept the cookie
    const thief = new OAuthBrowser(app);
    for (const [name, value] of before) thief.jar.set(name, value);
    const asked = provider.tokenRequests.length;
    expect((await thief.open(back)).status).toBe(400);
    expect(provider.tokenRequests.length).toBe(asked);
    expect(await thief.whoami()).toBeUndefined();
  });

  test.each([
    ['without a cookie: a link that somebody else sent', (browser: OAuthBrowser) => browser.jar.clear()],
    ['with a cookie that was changed', (browser: OAuthBrowser) => [...browser.jar].forEach(([name, value]) => browser.jar.set(name, value.replace(/\|(\w)/g, '|9$1')))],
    ['with a cookie under the name of another login', (browser: OAuthBrowser) => [...browser.jar].forEach(([name, value]) => browser.jar.delete(name) && browser.jar.set('oauthenticator-state-0123456789abcdef', value))],
  ])('%s', async (_what, change) => {
    await hub();
    const browser = new OAuthBrowser(app);
    const back = await browser.visit((await browser.begin()).url, 'a1');
    change(browser);
    expect((await refusal(browser, back)).status).toBe(400);
  });

  test('who comes back with the state of another login, or late', async () => {
    await hub();
    const [browser, other] = [new OAuthBrowser(app), new OAuthBrowser(app)];
    await browser.begin();
    const back = await other.visit((await other.begin()).url, 'a1');
    expect((await refusal(browser, back)).status).toBe(400);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 });
    expect((await refusal(other, back)).status).toBe(400);
  });

  test.each([
    ['nothing', ''],
    ['a code alone', 'code=x'],
    ['no state', 'code=x&state='],
    ['endless ones', `state=${'x'.repeat(5000)}&code=${'y'.repeat(5000)}`],
    ['an error that nobody asked for', 'error=x&error_description=%3Cscript%3E'],
  ])('who comes back with %s', async (_what, query) => {
    await hub();
    const answer = await refusal(new OAuthBrowser(app), `/hub/oauth_callback?${query}`);
    expect([answer.status, errorOn(answer)]).toEqual([400, 'This login cannot be finished here.']);
    expect(answer.text).not.toContain('<script>');
  });

  test('who changed their mind, or whom the provider refuses, whatever it says', async () => {
    await hub();
    for (const [query, message] of [
      ['error=access_denied', 'did not let you in: you, or somebody there, did not agree.'],
      [`error=server_error&error_description=${encodeURIComponent('<img src=x onerror=alert(1)>\r\nnext')}`, 'did not let you in: &lt;img src=x onerror=alert(1)&gt; next.'],
      [`error=${'x'.repeat(3000)}`, 'did not let you in: '],
    ]) {
      const browser = new OAuthBrowser(app);
      const { url } = await browser.begin();
      const state = url.searchParams.get('state')!;
      const answer = await refusal(browser, `/hub/oauth_callback?${query}&state=${state}&iss=${encodeURIComponent(provider.issuer)}`);
      expect(answer.status).toBe(403);
      expect(errorOn(answer)).toContain(message);
      expect(answer.text.length).toBeLessThan(12_000);
    }
  });

  test.each<[string, () => void]>([
    ['is signed by somebody else', () => provider.lie((claims) => claims, { key: provider.strangersKey() })],
    ['is not signed', () => provider.lie((claims) => claims, { alg: 'none' })],
    ['comes from another issuer', () => provider.lie((claims) => ({ ...claims, iss: 'https://elsewhere.example.org' }))],
    ['is for another client', () => provider.lie((claims) => ({ ...claims, aud: 'somebody-else' }))],
    ['is for several clients, of which another one asked', () => provider.lie((claims) => ({ ...claims, aud: [CLIENT.client_id, 'other'], azp: 'other' }))],
    ['has expired', () => provider.lie((claims) => ({ ...claims, iat: 1_000_000_000, exp: 1_000_000_300 }))],
    ['is not good yet', () => provider.lie((claims) => ({ ...claims, nbf: Math.floor(Date.now() / 1000) + 3600 }))],
    ['belongs to another login', () => provider.lie((claims) => ({ ...claims, nonce: 'another' }))],
    ['belongs to no login', () => provider.lie(({ nonce: _, ...claims }) => claims)],
    ['is about somebody else than the account', () => provider.lie((claims) => ({ ...claims, sub: 'b2' }))],
    ['is about nobody', () => provider.lie(({ sub: _, ...claims }) => claims)],
    ['is missing', () => provider.mischief.set('/token', ({ id_token: _, ...body }) => body)],
    ['is no token', () => provider.mischief.set('/token', (body) => ({ ...body, id_token: 'a.b.c' }))],
  ])('whose ID token %s', async (_what, lie) => {
    await hub();
    lie();
    const browser = new OAuthBrowser(app);
    const answer = await refusal(browser, await browser.visit((await browser.begin()).url, 'a1'));
    expect(answer.status).toBe(403);
    expect(errorOn(answer)).toMatch(/^What The University answered cannot be trusted|^The University tells of two different people/);
  });

  test.each<[string, string, () => void]>([
    ['tokens', '/token', () => provider.mischief.set('/token', () => ({ hello: 'world' }))],
    ['tokens, but a page', '/token', () => provider.mischief.set('/token', () => '<html>')],
    ['who somebody is', '/me', () => provider.mischief.set('/me', () => ['nobody'])],
  ])('while the provider does not tell %s', async (_what, _path, lie) => {
    await hub();
    lie();
    const browser = new OAuthBrowser(app);
    const answer = await refusal(browser, await browser.visit((await browser.begin()).url, 'a1'));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('href="/hub/oauth_login"');
  });

  test.each<[string, () => void]>([
    ['hangs with the tokens', () => provider.mischief.set('/token', 'hang')],
    ['hangs with the account', () => provider.mischief.set('/me', 'hang')],
    ['hangs with the keys', () => provider.mischief.set('/jwks', 'hang')],
    ['is down', () => provider.mischief.set('/token', 'down')],
    ['never ends', () => provider.mischief.set('/me', () => ({ sub: 'a1', preferred_username: 'ada', much: 'x'.repeat(2_000_000) }))],
  ])('while the provider %s, and they are told within a moment', async (_what, misbehave) => {
    await hub({ http_request_kwargs: { request_timeout: 0.5 } });
    const browser = new OAuthBrowser(app);
    const back = await browser.visit((await browser.begin()).url, 'a1');
    misbehave();
    const answer = await refusal(browser, back);
    expect([answer.status, errorOn(answer)]).toEqual([503, `${SERVICE} cannot be asked right now.`]);
    provider.mischief.clear();
    expect((await browser.signIn('a1')).status).toBe(302);
  });

  test('while the provider cannot be asked where it is; the next login asks again', async () => {
    await hub({ http_request_kwargs: { request_timeout: 0.5 }, auto_login: true });
    for (const mischief of ['hang', 'down', () => ({ issuer: 'https://elsewhere.example.org' }), () => ({ issuer: provider.issuer })] as const) {
      provider.mischief.set('/.well-known/openid-configuration', mischief);
      const browser = new OAuthBrowser(app);
      const answer = await refusal(browser, '/hub/oauth_login?next=/hub/token');
      expect([answer.status, errorOn(answer)]).toEqual([503, `${SERVICE} cannot be asked right now.`]);
      expect(answer.text).toContain('href="/hub/oauth_login?next=%2Fhub%2Ftoken"');
    }
    provider.mischief.clear();
    expect((await new OAuthBrowser(app).signIn('a1')).status).toBe(302);
  });

  test('through a provider that sends tokens elsewhere', async () => {
    const asked: string[] = [];
    const elsewhere: Server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(307, { location: `${provider.issuer}${request.url}` }).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = elsewhere.address() as { port: number };
      await hub({ token_url: `http://127.0.0.1:${port}/token` });
      const browser = new OAuthBrowser(app);
      expect((await refusal(browser, await browser.visit((await browser.begin()).url, 'a1'))).status).toBe(403);
      expect(asked).toEqual(['POST /token']);
    } finally {
      elsewhere.close();
    }
  });

  test('with a hub whose secret is wrong, which is not told to them', async () => {
    await hub({ client_secret: 'not-the-secret' });
    const browser = new OAuthBrowser(app);
    const answer = await refusal(browser, await browser.visit((await browser.begin()).url, 'a1'));
    expect(answer.status).toBe(503);
    expect(answer.text).not.toMatch(/client|secret/i);
  });

  test('who has a code that was meant for somebody else: it is bound to the verifier of whoever began', async () => {
    await hub();
    const [browser, other] = [new OAuthBrowser(app), new OAuthBrowser(app)];
    const [own, stolen] = [await browser.begin(), await other.begin()];
    const query = new URL(await other.visit(stolen.url, 'b2'), 'http://localhost').searchParams;
    query.set('state', own.url.searchParams.get('state')!);
    const answer = await refusal(browser, `/hub/oauth_callback?${query}`);
    expect([answer.status, errorOn(answer)]).toEqual([403, 'This login has been used already, or has expired.']);
  });

  test('when there is no account for them on this machine', async () => {
    provider.accounts.set('a1', { preferred_username: 'elara-nobody' });
    await make({
      JupyterHub: { authenticator_class: 'local-generic-oauth' },
      LocalGenericOAuthenticator: { ...CLIENT, issuer: provider.issuer, scope: ['openid'], username_claim: 'preferred_username', allow_all: true },
    });
    const browser = new OAuthBrowser(app);
    const answer = await refusal(browser, await browser.visit((await browser.begin()).url, 'a1'));
    expect([answer.status, errorOn(answer)]).toEqual([403, 'You are known, but cannot be a user of this hub yet.']);
  });
});

test('no token, code or secret is in the log, whatever happens', async () => {
  const lines: string[] = [];
  for (const level of ['log', 'warn', 'error', 'debug', 'verbose', 'fatal'] as const) vi.spyOn(Logger.prototype, level).mockImplementation((...parts: unknown[]) => void lines.push(parts.map(String).join(' ')));
  try {
    await hub({ enable_auth_state: true });
    const secrets = new Set<string>([CLIENT.client_secret]);
    const note = (found: Record<string, unknown> | URLSearchParams) => {
      for (const [name, value] of found instanceof URLSearchParams ? found : Object.entries(found)) if (/token$|code|state|verifier|secret/.test(name) && String(value).length > 12) secrets.add(String(value));
    };
    const spy = (body: Record<string, unknown>) => (note(body), body);
    const attempts: (() => void)[] = [
      () => provider.mischief.set('/token', spy),
      () => provider.mischief.set('/token', (body) => (note(body), { ...body, id_token: `${String(body.id_token).slice(0, -8)}AAAAAAAA` })),
      () => provider.mischief.set('/token', (body) => (note(body), { ...body, access_token: undefined, error: 'broken', error_description: String(body.access_token).slice(0, 3) })),
      () => provider.mischief.set('/me', () => 'down'),
      () => provider.mischief.set('/token', 'down'),
    ];
    for (const misbehave of attempts) {
      provider.mischief.clear();
      misbehave();
      const browser = new OAuthBrowser(app);
      const { url } = await browser.begin();
      note(url.searchParams);
      const back = await browser.visit(url, 'a1');
      note(new URL(back, 'http://localhost').searchParams);
      await browser.open(back);
      note(provider.tokenRequests.at(-1) ?? {});
    }
    expect(secrets.size).toBeGreaterThan(20);
    expect(lines.length).toBeGreaterThan(8);
    expect([...secrets].filter((secret) => lines.some((line) => line.includes(secret)))).toEqual([]);
  } finally {
    vi.restoreAllMocks();
  }
});
