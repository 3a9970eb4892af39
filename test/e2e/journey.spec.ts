import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, newVisitor, shoot, visit } from '../support/browser.js';
import { root, TestHub, until } from '../support/hub.js';

const ADMIN = 'journey-test-token-0123456789';
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { allow_named_servers: true, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: [path.join(root, 'bin', 'elara-singleuser')] },
  }).start();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
});

async function stateOf(user: string, server = ''): Promise<{ ready: boolean } | undefined> {
  const { servers } = (await (await hub.request('GET', `/users/${user}`, { token: ADMIN })).json()) as { servers: Record<string, { ready: boolean }> };
  return servers[server];
}

test('from the front door to a server, back home, stop, and out', async () => {
  const { page, faults } = await newVisitor(browser);
  await page.goto(`${hub.base}/`);
  expect(new URL(page.url()).pathname).toBe('/hub/login');
  await shoot(page, 'login');

  await logIn(page, 'ada');
  await page.waitForURL(`${hub.base}/user/ada/**`);
  expect(await page.textContent('body')).toContain('ada');
  expect((await stateOf('ada'))?.ready).toBe(true);

  await page.goto(`${hub.base}/hub/home`);
  await shoot(page, 'home');
  await page.click('#stop');
  await until('the server has stopped', async () => (await stateOf('ada')) === undefined);
  await page.waitForSelector('#start');

  await page.click('#logout');
  await page.waitForURL(/\/hub\/login/);
  await page.goto(`${hub.base}/hub/home`);
  expect(new URL(page.url()).pathname).toBe('/hub/login');
  expect(faults).toEqual([]);
});

test('a slow start is followed live on the progress page, and can be cancelled', async () => {
  const { page, faults } = await newVisitor(browser);
  const slow = [process.execPath, path.join(root, 'test', 'conformance', 'mock-singleuser.mjs'), '--by-name'];
  const slowHub = await new TestHub({ JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] }, Spawner: { cmd: slow } }).start();
  try {
    await page.goto(`${slowHub.base}/hub/login`);
    await logIn(page, 'slow-ann');
    await page.waitForURL(/spawn-pending/);
    await page.waitForFunction(() => document.querySelector('#progress-log')?.textContent?.includes('Server requested'));
    await shoot(page, 'spawn-pending');
    expect(await page.textContent('#progress-log')).toContain('Server requested');
    await page.waitForURL(`${slowHub.base}/user/slow-ann/**`);
    expect(await page.textContent('body')).toContain('"mock":true');
    // the mock's page names no icon, so the browser looks for one at the root
    expect(faults.filter((fault) => !/favicon|console: Failed to load/.test(fault))).toEqual([]);

    const { page: other } = await newVisitor(browser);
    await other.goto(`${slowHub.base}/hub/login`);
    await logIn(other, 'never-bob');
    await other.waitForURL(/spawn-pending/);
    await other.click('#cancel-spawn');
    const pending = async () => {
      const { pending: what, servers } = (await (await slowHub.request('GET', '/users/never-bob', { token: ADMIN })).json()) as { pending: string | null; servers: object };
      return what === null && Object.keys(servers).length === 0;
    };
    expect(await until('the start has been called off', pending)).toBe(true);
  } finally {
    await slowHub.dispose(ADMIN);
  }
});

test('a named server is added, opened and removed from the home page', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=/hub/home`);
  await logIn(page, 'cleo');
  await page.fill('#new-server-name', 'lab');
  await page.click('#add-server button');
  await page.waitForURL(`${hub.base}/user/cleo/lab/**`);
  expect((await stateOf('cleo', 'lab'))?.ready).toBe(true);
});

test('a token made on the token page opens the API, and is shown once', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=/hub/token`);
  await logIn(page, 'dora');
  await page.fill('#token-note', 'for a script');
  await page.click('#request-token-form button[type=submit]');
  const token = (await (await page.waitForSelector('#token-result')).textContent())!.trim();
  const answer = await hub.request('GET', '/user', { token });
  expect(((await answer.json()) as { name: string }).name).toBe('dora');
  await page.reload();
  expect(await page.content()).not.toContain(token);
  expect(await page.textContent('body')).toContain('for a script');
});

test('a token is given less than its owner has, in words, and all are revoked at once', async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login?next=/hub/token`);
    await logIn(page, 'finn');
    const create = async (note: string): Promise<string> => {
      await page.fill('#token-note', note);
      await page.click('#request-token-form button[type=submit]');
      await page.waitForFunction((wanted) => [...document.querySelectorAll('.note-col')].some(({ textContent }) => textContent === wanted), note);
      return (await page.textContent('#token-result'))!.trim();
    };
    const scopesOf = async (token: string) => ((await (await hub.request('GET', '/user', { token })).json()) as { scopes?: string[] }).scopes;
    expect(await page.isVisible('#scope-choices')).toBe(false);
    const whole = await create('all of it');
    await page.check('#reach-some');
    await page.check('[value="tokens!user=finn"]');
    await page.fill('#token-scopes', 'read:servers!user');
    const part = await create('some of it');
    expect(await scopesOf(whole)).toContain('servers!user=finn');
    const held = (await scopesOf(part))!;
    expect(held).toEqual(expect.arrayContaining(['tokens!user=finn', 'read:servers!user=finn']));
    expect(held).not.toContain('servers!user=finn');
    const rows = await page.$$eval('[data-live=api-tokens] .scope-col', (cells) => cells.map((cell) => cell.textContent!.replace(/\s+/g, ' ').trim()));
    expect(rows).toEqual([expect.stringMatching(/^2 permissions .*tokens.*only you/), 'all that you may do']);
    page.once('dialog', (dialog) => void dialog.accept());
    await page.click('[data-live=api-tokens] .revoke-all-btn');
    await page.waitForFunction(() => document.querySelector('[data-live=api-tokens]')?.textContent?.includes('You have no API tokens'));
    expect(await scopesOf(whole)).toBeUndefined();
    expect(await scopesOf(part)).toBeUndefined();
  });
});

test('an application that was let in is shut out again', async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login`);
    await logIn(page, 'gina');
    await page.waitForURL(`${hub.base}/user/gina/**`);
    await page.goto(`${hub.base}/hub/token`);
    expect(await page.textContent('[data-live=applications]')).toContain('Server at /user/gina/');
    await page.click('[data-live=applications] .revoke-token-btn');
    await page.waitForFunction(() => document.querySelector('[data-live=applications]')?.textContent?.includes('No application'));
  });
});

test('a wrong password is answered with a way on, and keeps the name that was typed', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login`);
  await logIn(page, 'ada<b>', 'wrong');
  expect(await page.inputValue('#username_input')).toBe('ada<b>');
  expect(await page.inputValue('#password_input')).toBe('');
  expect(await page.textContent('[role=alert]')).toMatch(/password/i);
});

test.each(['light', 'dark'] as const)('pages look right on a phone, %s', async (colorScheme) => {
  await visit(browser, { colorScheme, width: 390, height: 844 }, async (page) => {
    await page.goto(`${hub.base}/hub/login?next=/hub/home`);
    await shoot(page, `login-phone-${colorScheme}`);
    expect(await axeFindings(page)).toEqual([]);
    await logIn(page, 'ada');
    await page.waitForSelector('#start, #stop');
    await shoot(page, `home-phone-${colorScheme}`);
    expect(await axeFindings(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
  });
});
