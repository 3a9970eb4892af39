import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Browser } from '../../../../test/fakes/browser.js';
import { FakeHub, fakeIdentity } from '../../../../test/fakes/fake-hub.js';
import { HubOAuth, type Visitor } from './hub-oauth.js';
import type { HubOAuthSettings } from './settings.js';

const PREFIX = '/services/board/';
const ACCESS = 'access:services!service=board';
const TOKEN = 'service-token-0123456789';

let hub: FakeHub;
let service: Server;
let visits: Visitor[];
let at: string;

async function startService(changes: Partial<HubOAuthSettings> = {}): Promise<void> {
  hub.clients.set('service-board', { clientId: 'service-board', secret: TOKEN, redirectUri: `${PREFIX}oauth_callback` });
  const auth = new HubOAuth({
    apiUrl: hub.apiUrl,
    apiToken: TOKEN,
    clientId: 'service-board',
    callbackUrl: `${PREFIX}oauth_callback`,
    baseUrl: '/',
    host: '',
    prefix: PREFIX,
    accessScopes: ['access:services', ACCESS],
    cookieHostPrefix: false,
    cookieOptions: {},
    ...changes,
  });
  service = createServer(async (req, res) => {
    const visitor = await auth.guard(req, res);
    if (!visitor) return;
    visits.push(visitor);
    res.end(`hello ${visitor.identity.name} at ${req.url}`);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
}

/** The hub's pages are reached below `/hub/`, the service's below its prefix: as behind one proxy. */
const newBrowser = () => new Browser({ '/hub/': hub.origin, [PREFIX]: at });

beforeEach(async () => {
  visits = [];
  hub = await FakeHub.start();
  hub.loggedIn = fakeIdentity('ana', [ACCESS]);
  await startService();
});

afterEach(async () => {
  vi.useRealTimers();
  service.closeAllConnections();
  service.close();
  await hub.stop();
});

describe('login', () => {
  it('goes to the hub and comes back to the page that was wanted', async () => {
    const browser = newBrowser();
    const page = await browser.open(`${at}${PREFIX}deep/page?q=1&r=%2F`);
    expect(page.text).toBe(`hello ana at ${PREFIX}deep/page?q=1&r=%2F`);
    expect(browser.cookies.map(({ name, path }) => [name, path])).toEqual([
      ['service-board', PREFIX],
      ['_xsrf', PREFIX],
    ]);
  });

  it('sends the browser to the hub with state and PKCE challenge', async () => {
    const { status, headers } = await newBrowser().send('GET', `${at}${PREFIX}`);
    const to = new URL(headers.location!, at);
    expect(status).toBe(302);
    expect(headers.location).toMatch(
      /^\/hub\/api\/oauth2\/authorize\?client_id=service-board&redirect_uri=%2Fservices%2Fboard%2Foauth_callback&/,
    );
    expect(to.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(to.searchParams.get('code_challenge_method')).toBe('S256');
    expect(headers['set-cookie']![0]).toMatch(
      /^service-board-oauth-state-[\w-]{8}=[\w-]+; Path=\/services\/board\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  it('keeps a cookie that is no token of the hub', async () => {
    const browser = newBrowser();
    await browser.open(`${at}${PREFIX}`);
    const cookie = browser.cookie('service-board')!.value;
    for (const token of hub.tokens.keys())
      expect(Buffer.from(cookie, 'base64url').toString('latin1') + cookie).not.toContain(token);
    const stolen = await new Browser().send('GET', `${at}${PREFIX}`, { headers: { Authorization: `token ${cookie}` } });
    expect(stolen.status).toBe(403);
  });

  it('refuses an altered cookie', async () => {
    const browser = newBrowser();
    await browser.open(`${at}${PREFIX}`);
    const cookie = browser.cookie('service-board')!;
    cookie.value = cookie.value.slice(0, -4) + (cookie.value.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    expect((await browser.send('GET', `${at}${PREFIX}`)).status).toBe(302);
  });

  it("passes over a cookie of the same name that is somebody else's", async () => {
    const browser = newBrowser();
    await browser.open(`${at}${PREFIX}`);
    browser.cookies.unshift({ name: 'service-board', value: 'planted', host: '127.0.0.1', path: `${PREFIX}x/` });
    expect((await browser.send('GET', `${at}${PREFIX}x/`)).status).toBe(200);
  });

  it('lets several tabs log in at once', async () => {
    const browser = newBrowser();
    const first = await browser.send('GET', `${at}${PREFIX}one`);
    const second = await browser.send('GET', `${at}${PREFIX}two`);
    for (const [begun, path] of [
      [first, 'one'],
      [second, 'two'],
    ] as const) {
      const back = await browser.send('GET', new URL(begun.headers.location!, hub.origin).href);
      const done = await browser.send('GET', new URL(back.headers.location!, at).href);
      expect(done.headers.location).toBe(`${PREFIX}${path}`);
    }
  });

  it('does not fill the cookie header when a page reloads itself for ever', async () => {
    const browser = newBrowser();
    for (let i = 0; i < 30; i++) await browser.send('GET', `${at}${PREFIX}`);
    expect(browser.cookies.length).toBeLessThanOrEqual(9);
  });

  it.each([
    ['of another browser', async () => new Browser({ '/hub/': hub.origin })],
    [
      'that is older than ten minutes',
      async (browser: Browser) => (vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 }), browser),
    ],
  ])('refuses a callback %s', async (_what, other) => {
    const browser = newBrowser();
    const begun = await browser.send('GET', `${at}${PREFIX}`);
    const back = await browser.send('GET', new URL(begun.headers.location!, hub.origin).href);
    const page = await (await other(browser)).send('GET', new URL(back.headers.location!, at).href);
    expect(page.status).toBe(403);
    expect(page.text).toContain('oauth state does not match. Try logging in again.');
  });

  it.each([
    ['error=access_denied&error_description=%3Cb%3Eno', 400, 'Error in oauth: &lt;b&gt;no'],
    ['code=1', 400, 'oauth callback made without a state'],
    ['state=1', 400, 'oauth callback made without a code'],
    ['state=1&code=2', 403, 'oauth state does not match'],
  ])('refuses the callback ?%s', async (query, status, text) => {
    const page = await newBrowser().send('GET', `${at}${PREFIX}oauth_callback?${query}`);
    expect(page.status).toBe(status);
    expect(page.text).toContain(text);
  });

  it.each(['https://evil/', '//evil/', '/\\evil/', '/hub/home'])(
    'comes back to the prefix when %s was wanted',
    async (wanted) => {
      service.close();
      await startService({ prefix: wanted === '/hub/home' ? PREFIX : '/' });
      const { headers } = await rawGet(wanted);
      const browser = newBrowser();
      const [name, value] = headers['set-cookie']![0]!.split(';')[0]!.split(/=(.*)/s);
      browser.cookies.push({ name: name!, value: value!, host: '127.0.0.1', path: '/' });
      const back = await browser.send('GET', new URL(headers.location!, hub.origin).href);
      const done = await browser.send('GET', new URL(back.headers.location!, at).href);
      expect(done.headers.location).toBe(wanted === '/hub/home' ? PREFIX : '/');
    },
  );

  it('tells a script that is not logged in, instead of sending it to the hub', async () => {
    const { status, headers, text } = await newBrowser().send('GET', `${at}${PREFIX}`, {
      headers: { 'Sec-Fetch-Mode': 'cors', Accept: '*/*' },
    });
    expect([status, JSON.parse(text)]).toEqual([403, { status: 403, message: 'Missing or invalid credentials.' }]);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('marks cookies secure when the browser speaks https to the proxy, and names them __Host- when told to', async () => {
    const https = await newBrowser().send('GET', `${at}${PREFIX}`, { headers: { 'X-Forwarded-Proto': 'https' } });
    expect(https.headers['set-cookie']![0]).toContain('; Secure');
    service.close();
    await startService({ cookieHostPrefix: true, cookieOptions: { SameSite: 'Strict', domain: 'x.org' } });
    const { headers } = await newBrowser().send('GET', `${at}${PREFIX}`);
    expect(headers['set-cookie']![0]).toMatch(
      /^__Host-service-board-oauth-state-[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=600$/,
    );
  });
});

describe('access', () => {
  const byToken = (token: string, scheme = 'token') =>
    new Browser().send('GET', `${at}${PREFIX}`, { headers: { Authorization: `${scheme} ${token}` } });

  it.each(['token', 'Bearer', 'TOKEN'])('takes a token in the header as %s', async (scheme) => {
    hub.tokens.set('t1', fakeIdentity('bo', ['access:services']));
    const { text, headers } = await byToken('t1', scheme);
    expect(text).toContain('hello bo');
    expect(headers['set-cookie']).toBeUndefined();
    expect(visits[0]!.via).toBe('header');
  });

  it.each([[['access:services!service=other']], [['access:services!group=g']], [['read:users']], [[]]])(
    'refuses who holds %j',
    async (scopes) => {
      hub.tokens.set('t1', fakeIdentity('bo', scopes));
      const { status, text } = await byToken('t1');
      expect(status).toBe(403);
      expect(text).toContain('user bo is not allowed.');
    },
  );

  it('refuses the browser of somebody without access, without a loop', async () => {
    hub.loggedIn = fakeIdentity('eve', []);
    const page = await newBrowser().open(`${at}${PREFIX}`);
    expect([page.status, page.url.pathname]).toEqual([403, PREFIX]);
  });

  it('asks the hub once in five minutes, for good and bad tokens alike', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    hub.tokens.set('good', fakeIdentity('bo', [ACCESS]));
    await Promise.all(['good', 'good', 'bad', 'bad'].map((token) => byToken(token)));
    expect(hub.questions).toBe(2);
    hub.tokens.delete('good');
    vi.advanceTimersByTime(299_000);
    expect((await byToken('good')).status).toBe(200);
    vi.advanceTimersByTime(2_000);
    expect((await byToken('good')).status).toBe(403);
  });

  it("asks again when the hub's session has ended", async () => {
    const browser = newBrowser();
    browser.cookies.push({ name: 'jupyterhub-session-id', value: 'one', host: '127.0.0.1', path: '/' });
    await browser.open(`${at}${PREFIX}`);
    hub.tokens.clear();
    expect((await browser.send('GET', `${at}${PREFIX}`)).status).toBe(200);
    browser.cookies = browser.cookies.filter(({ name }) => name !== 'jupyterhub-session-id');
    expect((await browser.send('GET', `${at}${PREFIX}`)).status).toBe(302);
  });

  it('says 502 while the hub is not well, and remembers nothing of it', async () => {
    hub.tokens.set('good', fakeIdentity('bo', [ACCESS]));
    hub.failing = 500;
    expect((await byToken('good')).status).toBe(502);
    hub.failing = undefined;
    expect((await byToken('good')).status).toBe(200);
  });
});

describe('writes by cookie', () => {
  let browser: Browser;
  let xsrf: string;

  beforeEach(async () => {
    browser = newBrowser();
    await browser.open(`${at}${PREFIX}`);
    xsrf = visits[0]!.xsrf;
  });

  it('pass with the token, as field or header', async () => {
    expect((await browser.submit(`${at}${PREFIX}`, { _xsrf: xsrf, a: 'b' })).status).toBe(200);
    expect(visits.at(-1)!.form!.get('a')).toBe('b');
    const own = {
      'X-XSRFToken': browser.cookie('_xsrf')!.value,
      'Sec-Fetch-Mode': 'cors',
      'Sec-Fetch-Site': 'same-origin',
      Origin: at,
    };
    expect((await browser.send('DELETE', `${at}${PREFIX}`, { headers: own })).status).toBe(200);
    expect((await browser.send('GET', `${at}${PREFIX}`, { headers: own })).status).toBe(200);
  });

  it.each<[string, () => Record<string, string>, Record<string, string>]>([
    ['without the token', () => ({}), {}],
    ['with a wrong token', () => ({ _xsrf: 'x'.repeat(43) }), {}],
    ['from another site', () => ({ _xsrf: xsrf }), { 'Sec-Fetch-Site': 'cross-site' }],
    ['from a sibling host', () => ({ _xsrf: xsrf }), { 'Sec-Fetch-Site': 'same-site' }],
    ['from another origin', () => ({ _xsrf: xsrf }), { Origin: 'http://evil.example' }],
    ['from nowhere', () => ({ _xsrf: xsrf }), { Origin: 'null' }],
  ])('are refused %s', async (_what, fields, headers) => {
    expect((await browser.submit(`${at}${PREFIX}`, fields(), headers)).status).toBe(403);
  });

  it("are refused with another session's token, and with a planted cookie", async () => {
    const other = newBrowser();
    await other.open(`${at}${PREFIX}`);
    browser.cookies.unshift({ name: '_xsrf', value: visits.at(-1)!.xsrf, host: '127.0.0.1', path: `${PREFIX}` });
    expect((await browser.submit(`${at}${PREFIX}`, { _xsrf: visits.at(-1)!.xsrf })).status).toBe(403);
  });

  it('are refused to scripts that read', async () => {
    const script = { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin' };
    expect((await browser.send('GET', `${at}${PREFIX}`, { headers: script })).status).toBe(403);
  });

  it('are limited in size', async () => {
    expect((await browser.submit(`${at}${PREFIX}`, { _xsrf: xsrf, a: 'b'.repeat(300_000) })).status).toBe(413);
  });
});

/** A request line that URL objects would not let through. */
function rawGet(target: string): Promise<IncomingMessage> {
  const { hostname, port } = new URL(at);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, headers: { Accept: 'text/html' } }, (res) => resolve(res.resume()));
    sent.on('error', reject).end();
  });
}
