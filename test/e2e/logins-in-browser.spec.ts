import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, logIn, newVisitor } from '../support/browser.js';
import { TestHub } from '../support/hub.js';
import { Machine } from '../support/machine.js';
import { LDAP_PASSWORD, PEOPLE, Slapd } from '../support/slapd.js';

const ADMIN = 'browser-logins-admin-token-0123456789';
const SERVICE = 'elara-e2e-browser';
const ADA = 'elara-e2e-browser-ada';
const PASSWORD = 'correct horse battery';

const machine = new Machine();
let slapd: Slapd;
let browser: Browser;
let hub: TestHub | undefined;

beforeAll(async () => {
  machine.service(SERVICE, ['auth required pam_unix.so nodelay', 'account required pam_unix.so']);
  machine.account(ADA, { password: PASSWORD });
  slapd = await Slapd.start([{ rdn: 'uid=ada', attributes: { cn: 'Ada', sn: 'Ada' } }]);
  browser = await launchBrowser();
});
afterEach(async () => {
  await hub?.dispose(ADMIN);
  hub = undefined;
});
afterAll(async () => {
  await browser?.close();
  await slapd?.stop();
  machine.removeAll();
});

const DRIVERS: [driver: string, name: string, password: string, traits: () => Record<string, Record<string, unknown>>][] = [
  ['pam', ADA, PASSWORD, () => ({ PAMAuthenticator: { service: SERVICE } })],
  ['ldap', 'ada', LDAP_PASSWORD, () => ({ LDAPAuthenticator: { server_address: '127.0.0.1', server_port: slapd.port, tls_strategy: 'insecure', bind_dn_template: `uid={username},${PEOPLE}` } })],
  ['shared-password', 'ada', 'a-word-for-all', () => ({ SharedPasswordAuthenticator: { user_password: 'a-word-for-all' } })],
];

test.each(DRIVERS)('with %s, somebody signs in in a browser, after a wrong password too', async (driver, name, password, traits) => {
  hub = await new TestHub({ JupyterHub: { authenticator_class: driver, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] }, Authenticator: { allow_all: true }, ...traits() }).start();
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=%2Fhub%2Fhome`);
  await logIn(page, name, 'wrong');
  expect(await page.textContent('#login_error')).toContain('Invalid username or password.');
  await logIn(page, name, password);
  expect(new URL(page.url()).pathname).toBe('/hub/home');
  expect(await page.textContent('body')).toContain(name);
  await page.context().close();
});
