import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, type Look, newVisitor, shoot } from '../support/browser.js';
import { root, TestHub, until } from '../support/hub.js';

const ADMIN = 'pages-test-token-0123456789';

/** Servers that behave as their names say. */
const BY_NAME = `case "$JUPYTERHUB_SERVER_NAME" in
  broken) echo "Traceback (most recent call last):"; echo "ModuleNotFoundError: No module named 'numpy'"; exit 1;;
  slow) for n in 1 2 3; do echo "Loading part $n of 40"; sleep 1; done; sleep 600;;
  *) exec "$@";;
esac`;

const LOOKS: Record<string, Look> = {
  light: {},
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', width: 390, height: 844 },
  'phone-dark': { colorScheme: 'dark', width: 390, height: 844 },
};

interface Stop {
  /** Name of the picture. */
  name: string;
  at: string;
  /** What is there once the page is complete. */
  shows: string;
  /** Of the page itself; the browser complains of those from 400 on. */
  status?: number;
}

let hub: TestHub;
let browser: Browser;
let shareCode = '';

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: {
      allow_named_servers: true,
      template_vars: { announcement_login: 'Maintenance on Friday from 18:00.' },
      services: [
        { name: 'watcher', api_token: ADMIN, admin: true },
        { name: 'board', url: 'http://127.0.0.1:9', oauth_redirect_uri: '/services/board/oauth_callback', oauth_no_confirm: false, oauth_client_allowed_scopes: ['servers!user', 'read:users!user'], info: { description: 'What is new' } },
      ],
      load_roles: [{ name: 'user', scopes: ['self', 'access:services', 'shares!user'] }],
    },
    Authenticator: { admin_users: ['boss'], allow_all: true },
    Spawner: {
      cmd: ['/bin/sh', '-c', BY_NAME, 'sh', path.join(root, 'bin', 'elara-singleuser')],
      http_timeout: 600,
      options_form: '<label class="form-label" for="course">Course</label><input class="form-control" id="course" name="course">',
      profile_list: [
        { display_name: 'Small', description: 'Two processors, 1 GiB: for most things' },
        { display_name: 'Large', description: 'Eight processors, 16 GiB', default: true, profile_options: { tool: { display_name: 'Tool', choices: { lab: { display_name: 'JupyterLab' }, tree: { display_name: 'Notebook' } } } } },
      ],
    },
  }).start();
  browser = await launchBrowser();
  await prepare();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
});

const ask = async (method: string, apiPath: string, body?: unknown) => {
  const answer = await hub.request(method, apiPath, { token: ADMIN, body });
  expect([method, apiPath, answer.status < 400 || answer.status === 500]).toEqual([method, apiPath, true]);
  return answer;
};

async function prepare(): Promise<void> {
  for (const user of ['ada', 'grace']) await ask('POST', `/users/${user}`);
  await ask('PUT', '/users/ada/servers/thesis', {});
  await ask('PATCH', '/users/ada/servers/thesis', { display_name: 'Thesis, chapter 2' });
  await ask('PUT', '/users/grace/servers/lab', {});
  await Promise.all([ask('POST', '/users/ada/server'), ask('POST', '/users/ada/servers/broken'), ask('POST', '/users/ada/servers/slow')]);
  await ask('POST', '/shares/grace/lab', { user: 'ada' });
  await ask('POST', '/users/ada/tokens', { note: 'Nightly backup', scopes: ['read:servers!user=ada', 'tokens!user=ada'] });
  await ask('POST', '/users/ada/tokens', { note: 'Laptop', expires_in: 864_000 });
  shareCode = ((await (await ask('POST', '/share-codes/grace/lab')).json()) as { code: string }).code;
  await until('servers are what they should be', async () => {
    const { servers } = (await (await ask('GET', '/users/ada?include_stopped_servers=1')).json()) as { servers: Record<string, { ready: boolean; elara?: { failure?: object } }> };
    return servers['']?.ready && servers.broken?.elara?.failure;
  });
}

const OAUTH = 'oauth2/authorize?client_id=service-board&response_type=code&state=x&redirect_uri=/services/board/oauth_callback';

const ANONYMOUS: Stop[] = [
  { name: 'login', at: '/hub/login', shows: '#login_form' },
  { name: 'nothing-here', at: '/hub/nothing', shows: '#error-message, h1', status: 404 },
];

const OWN: Stop[] = [
  { name: 'home', at: '/hub/home', shows: '#named-servers' },
  { name: 'spawn', at: '/hub/spawn/NAME/thesis', shows: '#spawn_form' },
  { name: 'token', at: '/hub/token', shows: '#request-token-form' },
  { name: 'history', at: '/hub/history', shows: 'tbody tr' },
  { name: 'oauth', at: `/hub/api/${OAUTH}`, shows: '#oauth-form' },
  { name: 'accept-share', at: '/hub/accept-share?code=CODE', shows: '#accept-share-form' },
  { name: 'rest-api', at: '/hub/rest-api', shows: '.api-docs' },
  { name: 'error-503', at: '/hub/error/503', shows: '.error-code' },
];

const ADAS: Stop[] = [
  { name: 'not-allowed', at: '/hub/metrics', shows: '.error-code', status: 403 },
  { name: 'spawn-pending', at: '/hub/spawn-pending/ada/slow', shows: '#progress-log li' },
  { name: 'not-running', at: '/hub/user/ada/thesis/lab', shows: '#start', status: 424 },
  { name: 'failed', at: '/hub/spawn-pending/ada/broken', shows: '#failure-log', status: 500 },
];

const BOSSES: Stop[] = [
  { name: 'admin', at: '/hub/admin/users', shows: 'tr[data-row]' },
  { name: 'failed-of-ada', at: '/hub/spawn-pending/ada/broken', shows: '#failure-detail', status: 500 },
];

const fill = (address: string, name: string) => `${hub.base}${address.replace('NAME', name).replace('CODE', encodeURIComponent(shareCode))}`;

/** Looks at one page as a person does, and as those who see less. */
async function look(page: Page, { name, at, shows, status = 200 }: Stop, picture: string, faults: string[]): Promise<void> {
  const answer = await page.goto(at);
  await page.waitForSelector(shows, { state: 'visible' });
  expect([name, answer!.status()]).toEqual([name, status]);
  await shoot(page, picture);
  expect([name, await axeFindings(page)]).toEqual([name, []]);
  expect([name, await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)]).toEqual([name, 0]);
  expect([name, await page.evaluate((origin) => performance.getEntriesByType('resource').map((entry) => entry.name).filter((url) => !url.startsWith(origin)), hub.base)]).toEqual([name, []]);
  const own = new RegExp(`^${status} ${hub.base}|status of ${status} `);
  expect([name, faults.filter((fault) => status < 400 || !own.test(fault))]).toEqual([name, []]);
  faults.length = 0;
}

describe.each(Object.entries(LOOKS))('in %s', (lookName, size) => {
  test.each([
    ['anonymous', ANONYMOUS],
    ['ada', [...OWN, ...ADAS]],
    ['boss', [...OWN, ...BOSSES]],
  ])('%s sees every page as it should be', async (who, stops) => {
    const { page, faults } = await newVisitor(browser, size);
    if (who !== 'anonymous') {
      await page.goto(`${hub.base}/hub/login?next=/hub/home`);
      await logIn(page, who);
    }
    for (const stop of stops) await look(page, { ...stop, at: fill(stop.at, who) }, `${who}-${stop.name}-${lookName}`, faults);
    await page.context().close();
  });
});

test('who has no scripts logs in, chooses, and reaches the server all the same', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${hub.base}/hub/login?next=/hub/spawn/noscript/lab`);
  await page.fill('#username_input', 'noscript');
  await page.fill('#password_input', 'secret');
  await page.click('#login_submit');
  await page.click('label[for=profile-small]');
  await page.fill('#course', 'Algebra');
  await page.click('#spawn_form button[type=submit]');
  await page.waitForURL(`${hub.base}/user/noscript/lab/**`);
  const { servers } = (await (await ask('GET', '/users/noscript')).json()) as { servers: Record<string, { user_options: object }> };
  expect(servers.lab!.user_options).toEqual({ profile: 'small', course: ['Algebra'] });
  await context.close();
});

test('who has no mouse logs in, stops a server and starts it again', async () => {
  const { page, faults } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=/hub/home`);
  await page.keyboard.type('keys');
  await page.keyboard.press('Tab');
  await page.keyboard.type('secret');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-live=default-server]');
  const goTo = async (selector: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${selector}`);
  };
  await goTo('#start');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#spawn_form');
  await goTo('[name=profile]');
  await page.keyboard.press('ArrowUp');
  await goTo('#spawn_form button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${hub.base}/user/keys/**`);
  await page.goto(`${hub.base}/hub/home`);
  await goTo('#stop');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-server-name=""][data-state=stopped]');
  // where the button was is where the keyboard still is
  expect(await page.evaluate(() => document.activeElement?.closest('[data-server-name=""]') !== null)).toBe(true);
  expect(faults).toEqual([]);
});
