import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, newVisitor, visit } from '../support/browser.js';
import { root, TestHub, until } from '../support/hub.js';

const WATCHER = 'admin-test-token-0123456789';
const SCREENSHOTS = path.join(root, 'test', 'e2e', 'screenshots');
const PEOPLE = Array.from({ length: 60 }, (_, index) => `person-${String(index + 1).padStart(2, '0')}`);
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: {
      allow_named_servers: true,
      load_groups: { staff: { users: ['ada', 'bob'], properties: { quota: '20G' } } },
      services: [{ name: 'watcher', api_token: WATCHER, admin: true }],
    },
    Authenticator: { admin_users: ['boss'], allow_all: true },
    Spawner: { cmd: [path.join(root, 'bin', 'elara-singleuser')] },
  }).start();
  await ask('POST', '/users', { usernames: [...PEOPLE, 'boss'] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(WATCHER);
});

/** The REST API's answer, for checking what the pages did. */
async function ask<T = unknown>(method: string, apiPath: string, body?: unknown): Promise<T> {
  const answer = await hub.request(method, apiPath, { token: WATCHER, body });
  const text = await answer.text();
  return (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : answer.status) as T;
}

interface Person {
  name: string;
  admin: boolean;
  groups: string[];
  servers: Record<string, { ready: boolean }>;
}

const person = (name: string) => ask<Person>('GET', `/users/${name}`);
const isGone = async (name: string) => (await hub.request('GET', `/users/${name}`, { token: WATCHER })).status === 404;

async function asAdmin(page: Page, view: string): Promise<void> {
  await page.goto(`${hub.base}/hub/login?next=/hub/admin${encodeURIComponent(view)}`);
  await logIn(page, 'boss');
  await page.waitForSelector('#admin h1');
}

/** Does something as an admin in a fresh browser, which must find no fault with it. */
const admin = (view: string, work: (page: Page) => Promise<void>) => visit(browser, {}, async (page) => {
  await asAdmin(page, view);
  await work(page);
});

const row = (page: Page, id: string) => page.locator(`tr[data-row="${id}"]`);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');
const confirm = (page: Page, name: string | RegExp) => dialog(page).getByRole('button', { name }).click();
const closed = (page: Page) => dialog(page).waitFor({ state: 'detached' });

describe('who may see it', () => {
  test('somebody without the scope admin-ui finds no link, and is refused', async () => {
    const { page } = await newVisitor(browser);
    await page.goto(`${hub.base}/hub/login?next=/hub/token`);
    await logIn(page, 'ada');
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Admin' }).count()).toBe(0);
    for (const view of ['', '/', '/users', '/services/watcher']) expect((await page.goto(`${hub.base}/hub/admin${view}`))?.status()).toBe(403);
    await page.context().close();
  });

  test('a stranger is asked to log in, and led back to where they wanted to go', async () => {
    await visit(browser, {}, async (page) => {
      await page.goto(`${hub.base}/hub/admin/users?q=person-1`);
      expect(new URL(page.url()).pathname).toBe('/hub/login');
      await logIn(page, 'boss');
      await page.waitForSelector('tr[data-row="person-10"]');
      expect(await page.getByLabel('Part of a name').inputValue()).toBe('person-1');
    });
  });

  test('an admin finds it in the navigation, and its files may be kept for ever', async () => {
    await visit(browser, {}, async (page) => {
      await page.goto(`${hub.base}/hub/login?next=/hub/token`);
      await logIn(page, 'boss');
      const [script] = await Promise.all([
        page.waitForResponse(/static\/admin\/assets\/.*\.js$/),
        page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Admin' }).click(),
      ]);
      expect(await script.headerValue('cache-control')).toContain('immutable');
      expect(await script.headerValue('content-encoding')).toBe('gzip');
      await page.waitForSelector('#admin h1');
    });
  });
});

const LOOKS = [
  ['light', { colorScheme: 'light', width: 1280, height: 860 }],
  ['dark', { colorScheme: 'dark', width: 1280, height: 860 }],
  ['phone', { colorScheme: 'light', width: 390, height: 844 }],
] as const;

/** Each view, and what is there once it has been filled. */
const VIEWS: [name: string, view: string, filled: string][] = [
  ['users', '/users', 'tr[data-row="ada"]'],
];

describe.each(LOOKS)('every view, %s', (look, size) => {
  test.each(VIEWS)('%s', async (name, view, filled) => {
    await visit(browser, size, async (page) => {
      await asAdmin(page, view);
      await page.waitForSelector(filled);
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      await page.screenshot({ path: path.join(SCREENSHOTS, `admin-${name}-${look}.png`) });
    });
  });
});

describe('users', () => {
  test('are searched, filtered, sorted and paged by the hub', async () => {
    await admin('/users', async (page) => {
      await row(page, 'ada').waitFor();
      expect(await page.locator('tbody tr').count()).toBe(50);
      await button(page, 'Next').click();
      await row(page, 'person-60').waitFor();
      await page.getByLabel('Part of a name').fill('person-2');
      await page.getByText('10 users', { exact: true }).waitFor();
      await button(page, /^Name/).click();
      await page.waitForFunction(() => document.querySelector('tbody tr')?.getAttribute('data-row') === 'person-29');
      await page.getByLabel('Show').selectOption('active');
      await page.getByText('Nobody fits').waitFor();
      expect(new URL(page.url()).search).toBe('?q=person-2&state=active&sort=-name');
      await page.reload();
      await page.getByText('Nobody fits').waitFor();
    });
  });

  test('are added, several at once; what was typed stays when the hub refuses', async () => {
    const { page } = await newVisitor(browser);
    await asAdmin(page, '/users');
    await button(page, 'Add users').click();
    await page.getByLabel('Names').fill('new-one, ..');
    await confirm(page, /^Add/);
    await dialog(page).getByRole('alert').waitFor();
    expect(await page.getByLabel('Names').inputValue()).toBe('new-one, ..');
    await page.getByLabel('Names').fill('new-one, new-two');
    await page.getByLabel('They are admins').check();
    await confirm(page, 'Add 2 users');
    await closed(page);
    expect([await person('new-one'), await person('new-two')]).toEqual([expect.objectContaining({ admin: true }), expect.objectContaining({ admin: true })]);
    await page.context().close();
  });

  test('are renamed, and made admins', async () => {
    await admin('/users?q=person-03', async (page) => {
      await row(page, 'person-03').getByRole('button', { name: /^Edit/ }).click();
      await dialog(page).getByLabel('Name').fill('renamed');
      await page.getByLabel('They are an admin').check();
      await confirm(page, 'Save');
      await closed(page);
      expect(await person('renamed')).toMatchObject({ admin: true });
      expect(await isGone('person-03')).toBe(true);
      // its line is gone with the old name
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    });
  });

  test('have their servers started and stopped, one and many', async () => {
    await admin('/users?q=person-1', async (page) => {
      await row(page, 'person-10').getByRole('button', { name: /^Start/ }).click();
      await row(page, 'person-10').getByText('Running').waitFor();
      expect((await person('person-10')).servers['']?.ready).toBe(true);

      for (const name of ['person-10', 'person-11']) await page.getByLabel(`Choose ${name}`).check();
      await button(page, 'Stop servers').click();
      await confirm(page, 'Stop');
      await dialog(page).getByText(/2 stopped/).waitFor();
      await until('the server is gone', async () => (await person('person-10')).servers[''] === undefined);
      await confirm(page, 'Close');
      await closed(page);
    });
  });

  test('are deleted, many at once, after a question; what fails for one is told', async () => {
    const { page } = await newVisitor(browser);
    await asAdmin(page, '/users?q=person-4');
    await row(page, 'person-40').waitFor();
    for (const name of ['person-40', 'person-41', 'person-42']) await page.getByLabel(`Choose ${name}`).check();
    await button(page, 'Delete').click();
    await page.keyboard.press('Escape');
    await closed(page);
    expect(await isGone('person-40')).toBe(false);

    await button(page, 'Delete').click();
    // somebody else was faster
    await ask('DELETE', '/users/person-42');
    await confirm(page, 'Delete');
    await dialog(page).getByText('2 deleted, 1 failed.').waitFor();
    expect(await dialog(page).getByRole('listitem').textContent()).toContain('person-42');
    await page.screenshot({ path: path.join(SCREENSHOTS, 'admin-users-bulk.png') });
    await confirm(page, 'Close');
    await closed(page);
    expect([await isGone('person-40'), await isGone('person-41')]).toEqual([true, true]);
    await page.context().close();
  });
});
