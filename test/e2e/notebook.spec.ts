import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, logIn, newVisitor } from '../support/browser.js';
import { TestHub, until } from '../support/hub.js';

const ADMIN = 'notebook-test-token-0123456789';
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: ['jupyterhub-singleuser'], args: ['--allow-root'], environment: { JUPYTERHUB_ACTIVITY_INTERVAL: '2' }, http_timeout: 60 },
  }).start();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
});

test('a person logs in, opens a notebook in the real single-user server, and computes', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/`);
  await logIn(page, 'ada');
  await page.waitForURL(`${hub.base}/user/ada/**`, { timeout: 60_000 });
  expect(page.url()).toContain('/user/ada/tree');

  await page.click('#new-dropdown-button');
  const [notebook] = await Promise.all([page.waitForEvent('popup'), page.click('#kernel-python3 a')]);
  await notebook.waitForSelector('.kernel_idle_icon', { timeout: 60_000 });
  await notebook.click('.CodeMirror');
  await notebook.keyboard.type('6*7');
  await notebook.keyboard.press('Control+Enter');
  await notebook.waitForSelector('.output_result pre', { timeout: 30_000 });
  expect(await notebook.textContent('.output_result pre')).toContain('42');
}, 180_000);

test('the single-user server reports activity to the hub', async () => {
  const activity = async () => {
    const answer = await hub.request('GET', '/users/ada', { token: ADMIN });
    const { servers } = (await answer.json()) as { servers: Record<string, { last_activity: string; started: string }> };
    const server = servers['']!;
    return Date.parse(server.last_activity) > Date.parse(server.started) && server.last_activity;
  };
  expect(await until('the server has reported', activity)).toBeTruthy();
  expect(hub.log).toMatch(/200 POST \/hub\/api\/users\/ada\/activity/);
});

test('the browser of somebody else is refused', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=${encodeURIComponent('/hub/home')}`);
  await logIn(page, 'eve');
  const answer = await page.goto(`${hub.base}/user/ada/tree`);
  expect(answer?.status()).toBe(403);
  expect(page.url()).toContain('/hub/api/oauth2/authorize');
  const direct = await page.request.get(`${hub.base}/user/ada/api/contents`, { maxRedirects: 0 });
  expect([302, 403]).toContain(direct.status());
});

test('logging out closes the door to the notebook', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/user/ada/tree`);
  await logIn(page, 'ada');
  await page.waitForURL(`${hub.base}/user/ada/tree**`);
  await page.goto(`${hub.base}/hub/logout`);
  await page.goto(`${hub.base}/user/ada/tree`);
  expect(page.url()).toContain('/hub/login');
});
