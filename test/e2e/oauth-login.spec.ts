import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, newVisitor, shoot, visit } from '../support/browser.js';
import { TestHub } from '../support/hub.js';
import { CLIENT, TestProvider } from '../support/openid-provider.js';

const ADMIN = 'oauth-test-admin-0123456789';
const SERVICE = 'Example University';

let provider: TestProvider;
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { authenticator_class: 'generic-oauth', services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
  }).configure();
  provider = await TestProvider.start([`${hub.base}/hub/oauth_callback`]);
  provider.accounts.set('al123', { preferred_username: 'Ada', groups: ['staff'] });
  provider.accounts.set('zz999', { preferred_username: 'zoe', groups: ['guests'] });
  const traits = { ...CLIENT, issuer: provider.issuer, scope: ['openid', 'groups'], username_claim: 'preferred_username', login_service: SERVICE, manage_groups: true, allowed_groups: ['staff'] };
  for (const [trait, value] of Object.entries(traits)) hub.set('GenericOAuthenticator', trait, value);
  await hub.writeConfig().start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
  await provider?.stop();
});

test('a person logs in at their provider, comes back to where they were going, and logs out', async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/token`);
    await page.waitForURL(`${hub.base}/hub/login?next=%2Fhub%2Ftoken`);
    expect(await axeFindings(page)).toEqual([]);
    await shoot(page, 'login-elsewhere');
    await page.click(`text=Sign in with ${SERVICE}`);
    await page.waitForURL(`${provider.issuer}/interaction/*`);
    await page.fill('#login', 'al123');
    await page.click('#in');
    await page.waitForURL(`${hub.base}/hub/token`);
    expect(await page.textContent('body')).toContain('ada');
    await page.goto(`${hub.base}/hub/home`);
    await page.goto(`${hub.base}/hub/logout`);
    await page.waitForURL(`${hub.base}/hub/login`);
    // back at the login page, and a stranger
    await page.goto(`${hub.base}/hub/home`);
    await page.waitForURL(/\/hub\/login/);
  });
  const { groups } = (await (await hub.request('GET', '/users/ada', { token: ADMIN })).json()) as { groups: string[] };
  expect(groups).toEqual(['staff']);
});

test.each([
  ['whom the hub does not let in', async (page: import('playwright-core').Page) => (await page.fill('#login', 'zz999'), page.click('#in')), 'Sorry, you are not currently authorized'],
  ['who changes their mind', async (page: import('playwright-core').Page) => page.click('#cancel'), `${SERVICE} did not let you in`],
])('a person %s is told so, and can try again', async (_who, act, message) => {
  const { page, faults } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/oauth_login?next=%2Fhub%2Ftoken`);
  await page.waitForURL(`${provider.issuer}/interaction/*`);
  await act(page);
  await page.waitForURL(`${hub.base}/hub/oauth_callback?*`);
  expect(await page.textContent('#login_error')).toContain(message);
  expect(await axeFindings(page)).toEqual([]);
  await shoot(page, 'login-elsewhere-refused');
  // nothing but the page itself, which is a refusal
  expect(faults.filter((fault) => !fault.includes('403'))).toEqual([]);
  await page.click(`text=Sign in with ${SERVICE}`);
  await page.waitForURL(new RegExp(`^${provider.issuer}/interaction/|^${hub.base}/hub/oauth_callback`));
  await page.context().close();
  expect((await hub.request('GET', '/users/zoe', { token: ADMIN })).status).toBe(404);
});

test('the log tells what happened, and no secrets', () => {
  expect(hub.log).toContain('User logged in: ada');
  expect(hub.log).toContain('Failed login for "zoe" from 127.0.0.1: not allowed');
  expect(hub.log).toContain(`A login through ${SERVICE} from 127.0.0.1 failed: ${SERVICE} did not let you in`);
  const sent = provider.tokenRequests.flatMap((request) => ['code', 'code_verifier', 'client_secret'].map((name) => request.get(name)!));
  expect(sent.length).toBeGreaterThan(5);
  for (const secret of sent) expect(hub.log).not.toContain(secret);
});
