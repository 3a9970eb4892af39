import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, newVisitor, shoot, visit } from '../support/browser.js';
import { root, TestHub } from '../support/hub.js';

const WATCHER = 'native-test-token-0123456789';
const PASSWORD = 'zebra ladder nine';
const CHANGED = 'quiet orange bridge';
const STEP_MS = 30_000;

let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { authenticator_class: 'native', default_url: '/hub/home', services: [{ name: 'watcher', api_token: WATCHER, admin: true }] },
    NativeAuthenticator: { admin_users: ['boss'], password_hash_cost: 14, ask_email_on_signup: true, tos: 'I accept the <a href="/hub/login">rules of the house</a>.' },
  }).start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await hub?.dispose(WATCHER);
});

/** A page is sound when nobody is kept from using it, and nothing has to be scrolled sideways. */
async function look(page: Page, name: string): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await shoot(page, name);
}

const submit = (page: Page, button: string) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name: button, exact: true }).click()]);
const codeOf = (secret: string, at: number) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

test('the first admin comes in by the command line, whether the hub runs or not', async () => {
  const command = [path.join(root, 'bin', 'elara'), '-f', hub.configFile, 'native', 'set-password', 'boss'];
  const run = (input: string) => spawnSync(process.execPath, command, { cwd: hub.dir, input, encoding: 'utf8' });
  expect(run('short\n')).toMatchObject({ status: 1, stderr: expect.stringContaining('at least 8 characters') as string });
  expect(run(`${PASSWORD}\n`)).toMatchObject({ status: 0, stdout: 'boss can log in with the new password.\n' });
  expect(hub.log).toContain('The password of boss was set by elara command line');
  await hub.kill();
  expect(run(`${CHANGED}\n`)).toMatchObject({ status: 0 });
  await hub.start();
  expect(hub.log + JSON.stringify(command)).not.toContain(CHANGED);
});

test('from signing up to a changed password', async () => {
  const { page: admin, faults } = await newVisitor(browser);
  await admin.goto(`${hub.base}/hub/login?next=/hub/admin/signups`);
  await logIn(admin, 'boss', CHANGED);
  await admin.getByText('Nobody waits for approval.').waitFor();

  let secret = '';
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login`);
    await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Sign up' }).click()]);
    await page.fill('#username_input', 'Ada');
    await page.fill('#email_input', 'ada@example.org');
    await page.fill('#password_input', PASSWORD);
    await page.check('#tos');
    await look(page, 'native-signup-light');
    await submit(page, 'Sign up');
    await page.getByText('Your account waits for approval.').waitFor();
    await look(page, 'native-waiting-light');

    // told by the hub, without a new page
    const row = admin.locator('tr[data-row="ada"]');
    await row.getByText('ada@example.org').waitFor();
    await look(admin, 'native-signups-light');
    await row.getByRole('button', { name: 'Approve ada' }).click();
    await row.waitFor({ state: 'detached' });

    await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'To the login page' }).click()]);
    expect(await page.inputValue('#username_input')).toBe('ada');
    await logIn(page, 'ada', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Password' }).click()]);
    await look(page, 'native-password-light');
    await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Set them up' }).click()]);
    await page.getByLabel('Your password').fill(PASSWORD);
    await submit(page, 'Set up');
    secret = (await page.locator('#totp-secret').textContent())!.replaceAll(' ', '');
    await look(page, 'native-codes-begun-light');
    await page.getByLabel('The code that the app shows now').fill(codeOf(secret, Date.now()));
    await submit(page, 'Switch on');
    expect(await page.locator('#recovery-codes li').count()).toBe(10);
    await look(page, 'native-codes-on-light');
    await page.goto(`${hub.base}/hub/logout`);
  });

  await visit(browser, { colorScheme: 'dark', width: 390, height: 844 }, async (page) => {
    await page.goto(`${hub.base}/hub/login?next=/hub/change-password`);
    await logIn(page, 'ada', PASSWORD);
    expect(new URL(page.url()).pathname).toBe('/hub/login/code');
    await look(page, 'native-code-phone-dark');
    // the code of this step was used to switch them on
    await page.fill('#otp_input', codeOf(secret, Date.now() + STEP_MS));
    await submit(page, 'Log in');
    expect(new URL(page.url()).pathname).toBe('/hub/change-password');
    await page.getByLabel('Your password now').fill(PASSWORD);
    await page.getByLabel('New password').fill(CHANGED);
    await look(page, 'native-password-phone-dark');
    await submit(page, 'Change password');
    await page.getByText('Your password is changed.').waitFor();
    await page.goto(`${hub.base}/hub/two-factor`);
    await page.getByText('You have 10 left.').waitFor();
    await look(page, 'native-codes-phone-dark');
  });

  await admin.getByLabel('Show').selectOption('approved');
  const row = admin.locator('tr[data-row="ada"]');
  await row.locator('.badge-admin').waitFor();
  await look(admin, 'native-members-light');
  await row.getByRole('button', { name: 'Reset codes ada' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Reset codes' }).click();
  await row.locator('.badge-admin').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await admin.context().close();

  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login`);
    await logIn(page, 'ada', CHANGED);
    expect(new URL(page.url()).pathname).toBe('/hub/home');
  });
});
