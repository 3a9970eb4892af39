import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Answer, cookiesOf, TestApp } from '../support/app.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PER_ACCOUNT = 5;
const PER_ADDRESS = 12;
const WINDOW = 600;
const TRUSTED = '10.0.0.9';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: { trusted_downstream_ips: [TRUSTED] },
    Elara: { login_failures_per_account: PER_ACCOUNT, login_failures_per_address: PER_ADDRESS, login_failure_window: WINDOW },
  });
});
afterAll(() => app.close());

let passed = 0;
beforeEach(() => {
  // each test finds what the others left forgotten
  passed += 2 * WINDOW * 1000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + passed });
});
afterEach(() => void vi.useRealTimers());

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

interface Try {
  username?: string;
  password?: string;
  from?: string;
  cookie?: string;
}

async function logIn({ username = 'ada', password = 'guess', from = '192.0.2.1', cookie = '' }: Try = {}): Promise<Answer> {
  const headers = { 'x-forwarded-for': from };
  const xsrf = cookiesOf(await app.request({ path: '/hub/login', headers })).get('_xsrf')!;
  const raw = new URLSearchParams({ username, password, _xsrf: xsrf }).toString();
  return app.request({ method: 'POST', path: '/hub/login', raw, headers: { ...FORM, ...headers, cookie: `_xsrf=${xsrf}; ${cookie}` } });
}

/** What a browser is left with that logs in and looks at a page. */
async function knownBrowser(username = 'ada'): Promise<string> {
  const { cookie } = await app.logIn(username);
  return cookiesOf(await app.request({ path: '/hub/home', headers: { cookie } })).get('elara-known-browser')!;
}

const statuses = async (count: number, attempt: (number: number) => Try): Promise<number[]> => {
  const found: number[] = [];
  for (let number = 0; number < count; number += 1) found.push((await logIn(attempt(number))).status);
  return found;
};

const failing = (count: number) => Array<number>(count).fill(403);

describe('an account', () => {
  test('can be guessed at a few times, from wherever, and then not even the right password is looked at', async () => {
    expect(await statuses(PER_ACCOUNT, (number) => ({ from: `192.0.2.${number}` }))).toEqual(failing(PER_ACCOUNT));
    const refused = await logIn({ password: 'secret', from: '192.0.2.99' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBe(WINDOW / PER_ACCOUNT);
    expect(refused.text).toContain('Too many logins have failed.');
    expect(refused.text).toContain('Wait 2 minutes');
    expect(refused.text).toContain('value="ada"');
    expect((await logIn({ username: 'bob', from: '192.0.2.99' })).status).toBe(403);
    later(WINDOW / PER_ACCOUNT);
    expect((await logIn({ password: 'secret', from: '192.0.2.99' })).status).toBe(302);
  });

  test('is the same however its name is written', async () => {
    const names = ['ada', 'ADA', ' ada ', 'Ada', 'aDa'];
    expect(await statuses(PER_ACCOUNT, (number) => ({ username: names[number]! }))).toEqual(failing(PER_ACCOUNT));
    expect((await logIn({ username: 'adA' })).status).toBe(429);
  });

  test('many at the same time are counted too', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => logIn()));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(PER_ACCOUNT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - PER_ACCOUNT);
  });

  test('logins that succeed count for nothing', async () => {
    expect(await statuses(3 * PER_ADDRESS, () => ({ password: 'secret' }))).toEqual(Array(3 * PER_ADDRESS).fill(302));
  });

  test('can be used by its owner all the while, in a browser that knows it', async () => {
    const known = await knownBrowser();
    const mine = { cookie: `elara-known-browser=${known}` };
    await statuses(3 * PER_ADDRESS, () => ({}));
    expect((await logIn({ password: 'secret' })).status).toBe(429);
    const answer = await logIn({ password: 'secret', ...mine });
    expect(answer.status).toBe(302);
    // it is kept as it is, so that its failures are counted over logins
    const session = [...cookiesOf(answer)].map(([name, value]) => `${name}=${value}`).join('; ');
    expect(cookiesOf(await app.request({ path: '/hub/home', headers: { cookie: `${session}; ${mine.cookie}` } })).has('elara-known-browser')).toBe(false);
    expect(await statuses(PER_ACCOUNT + 1, () => mine)).toEqual([...failing(PER_ACCOUNT), 429]);
  });

  test.each([
    ['of another account', () => knownBrowser('mallory')],
    ['that was made up', async () => 'ada'],
    ['that is a login cookie', async () => cookiesOf(await logIn({ password: 'secret' })).get('jupyterhub-hub-login')!],
  ])('the proof of a browser %s proves nothing', async (_what, proof) => {
    const cookie = `elara-known-browser=${await proof()}`;
    await statuses(PER_ACCOUNT, () => ({}));
    expect((await logIn({ password: 'secret', cookie })).status).toBe(429);
  });

  test('that proof opens nothing', async () => {
    const known = await knownBrowser();
    for (const name of ['elara-known-browser', 'jupyterhub-hub-login']) {
      expect((await app.request({ path: '/hub/api/user', headers: { cookie: `${name}=${known}` } })).status).toBe(403);
    }
  });

  test('the password in a request for a token is counted as well', async () => {
    const ask = () => app.request({ method: 'POST', path: '/hub/api/users/ada/tokens', body: { auth: { username: 'ada', password: 'guess' } } });
    for (let number = 0; number < PER_ACCOUNT; number += 1) expect((await ask()).status).toBe(403);
    const refused = await ask();
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, WINDOW / PER_ACCOUNT]);
  });
});

describe('an address', () => {
  const guessing = (from: string | ((number: number) => string), count: number) =>
    statuses(count, (number) => ({ username: `somebody${number}`, from: typeof from === 'string' ? from : from(number) }));

  test('can guess at many accounts for a while', async () => {
    expect(await guessing('192.0.2.7', PER_ADDRESS + 2)).toEqual([...failing(PER_ADDRESS), 429, 429]);
    expect((await logIn({ from: '192.0.2.8' })).status).toBe(403);
  });

  test('of IPv6 is one with its network', async () => {
    const spellings = ['2001:db8:1:2::', '2001:db8:1:2:3::', '2001:0db8:0001:0002:aaaa:bbbb:cccc:'];
    const from = (number: number) => `${spellings[number % 3]}${number}`;
    expect((await guessing(from, PER_ADDRESS + 1)).at(-1)).toBe(429);
    expect((await logIn({ from: '2001:db8:1:3::1' })).status).toBe(403);
  });

  test('is what the proxy says, and not what the browser sends along', async () => {
    expect((await guessing((number) => `198.51.100.${number}, 192.0.2.7`, PER_ADDRESS + 1)).at(-1)).toBe(429);
    const spoofed = await app.request({ path: '/hub/login', headers: { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '203.0.113.1' } });
    expect(spoofed.status).toBe(200);
    expect((await logIn({ username: 'eve', from: '192.0.2.7' })).status).toBe(429);
  });

  test('behind a proxy that is trusted is the one before it', async () => {
    await guessing(`192.0.2.7, ${TRUSTED}`, PER_ADDRESS);
    expect((await logIn({ username: 'eve', from: `192.0.2.7, ${TRUSTED}` })).status).toBe(429);
    expect((await logIn({ username: 'eve', from: `192.0.2.8, ${TRUSTED}` })).status).toBe(403);
  });
});

test('no limits, no refusals', async () => {
  const free = await TestApp.create({ Elara: { login_failures_per_account: 0, login_failures_per_address: 0 } });
  try {
    const ask = () => free.request({ method: 'POST', path: '/hub/api/users/ada/tokens', body: { auth: { username: 'ada', password: 'guess' } } });
    for (let number = 0; number < 150; number += 1) expect((await ask()).status).toBe(403);
  } finally {
    await free.close();
  }
});
