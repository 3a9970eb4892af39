import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, logIn, newVisitor, visit } from '../support/browser.js';
import { root, TestHub, until } from '../support/hub.js';

const ADMIN = 'live-pages-test-token-0123456789';
/** Writes a line now and then, and answers after a while. */
const CHATTY = ['/bin/sh', '-c', 'for n in 1 2 3 4 5 6; do echo "step $n <b>"; sleep 0.5; done; exec "$@"', 'sh', path.join(root, 'bin', 'elara-singleuser')];

let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { allow_named_servers: true, tornado_settings: { slow_spawn_timeout: 0 }, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: CHATTY },
  }).start();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
});

const asAdmin = async (method: string, apiPath: string, body?: unknown) => (await hub.request(method, apiPath, { token: ADMIN, body })).status;

async function openHome(page: Page, name: string): Promise<void> {
  await page.goto(`${hub.base}/hub/login?next=/hub/home`);
  await logIn(page, name);
  await page.waitForSelector('[data-live=default-server]');
}

const stateIs = (page: Page, server: string, state: string) => page.waitForSelector(`[data-server-name="${server}"][data-state=${state}]`);

test('the home page follows what happens elsewhere, and keeps what was typed and where the keyboard is', async () => {
  await visit(browser, {}, async (page) => {
    await openHome(page, 'ada');
    await page.fill('#new-server-name', 'half a na');
    await page.focus('#start');
    await asAdmin('POST', '/users/ada/server');
    await stateIs(page, '', 'spawn');
    expect(await page.textContent('#live-status')).toContain('Starting');
    await stateIs(page, '', 'ready');
    await page.waitForFunction(() => document.activeElement?.id === 'start');
    expect(await page.inputValue('#new-server-name')).toBe('half a na');
    await asAdmin('PUT', '/users/ada/servers/lab');
    await stateIs(page, 'lab', 'stopped');
    await asAdmin('DELETE', '/users/ada/server');
    await stateIs(page, '', 'stopped');
    await asAdmin('DELETE', '/users/ada/servers/lab', { remove: true });
    await page.waitForSelector('[data-server-name=lab]', { state: 'detached' });
  });
});

test('a server is added under any name, stopped and deleted without leaving the page', async () => {
  await visit(browser, {}, async (page) => {
    await openHome(page, 'bob');
    await page.fill('#new-server-name', '2. Übung: Größen!');
    await page.click('#add-server button');
    await page.waitForURL(`${hub.base}/user/bob/ubung-gro-en/**`);
    await page.goto(`${hub.base}/hub/home`);
    expect(await page.textContent('[data-server-name=ubung-gro-en] h3')).toBe('2. Übung: Größen!');
    await page.click('[data-server-name=ubung-gro-en] [data-action=stop]');
    await stateIs(page, 'ubung-gro-en', 'stopped');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.click('[data-server-name=ubung-gro-en] [data-action=delete]');
    await page.waitForSelector('[data-server-name]:not([data-server-name=""])', { state: 'detached' });
  });
});

test('the home page says why a server is not running any more', async () => {
  await visit(browser, {}, async (page) => {
    await openHome(page, 'hans');
    const because = () => page.textContent('[data-server-name=""][data-state=stopped] .stopped-because');
    const start = async () => {
      await asAdmin('POST', '/users/hans/server');
      await stateIs(page, '', 'ready');
    };
    expect(await page.$('.stopped-because')).toBeNull();
    await start();
    await page.click('#stop');
    expect(await because()).toMatch(/^Stopped on request/);
    await start();
    await asAdmin('DELETE', '/users/hans/server');
    expect(await because()).toMatch(/^Stopped by watcher/);
    await start();
    const { state } = ((await (await hub.request('GET', '/users/hans', { token: ADMIN })).json()) as { servers: Record<string, { state: { pid: number } }> }).servers['']!;
    process.kill(state.pid, 'SIGKILL');
    expect(await because()).toMatch(/^It ended by itself \(signal 9\)/);
    const { servers } = (await (await hub.request('GET', '/users/hans?include_stopped_servers=1', { token: ADMIN })).json()) as { servers: Record<string, { elara: { stop: object } }> };
    expect(servers['']!.elara.stop).toMatchObject({ code: 'exited', by: null, detail: 'signal 9' });
  });
});

test('what others share stands on the home page', async () => {
  await asAdmin('POST', '/users/owner');
  await asAdmin('PUT', '/users/owner/servers/lab');
  await visit(browser, {}, async (page) => {
    await openHome(page, 'guest');
    expect(await page.$$('.shared-server')).toHaveLength(0);
    expect(await asAdmin('POST', '/shares/owner/lab', { user: 'guest' })).toBe(200);
    await page.reload();
    expect(await page.textContent('.shared-server h3')).toContain('lab of owner');
    expect(await page.getAttribute('.shared-server a', 'href')).toBe('/user/owner/lab/');
  });
});

test('the page of a start shows steps and what the server writes, as text', async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login?next=/hub/spawn`);
    await logIn(page, 'cleo');
    await page.waitForSelector('#spawn-pending');
    await page.waitForFunction(() => document.querySelector('#server-log')?.textContent?.includes('step 5 <b>'));
    expect(await page.textContent('#progress-log')).toContain('Server requested');
    await page.waitForURL(`${hub.base}/user/cleo/**`);
  });
});

test('the page of a start finds its way when the proxy, and with it the stream, goes away', async () => {
  const { page, faults } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=/hub/spawn`);
  await logIn(page, 'dora');
  await page.waitForFunction(() => document.querySelector('#progress-log')?.textContent?.includes('Server requested'));
  process.kill(hub.proxyPid, 'SIGKILL');
  await page.waitForURL(`${hub.base}/user/dora/**`, { timeout: 60_000 });
  expect(await page.textContent('body')).toContain('dora');
  expect(faults.filter((fault) => !/ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING)|^503 |status of 503/.test(fault))).toEqual([]);
});

test('a start that the hub was restarted in the midst of leads to the server, too', async () => {
  const { page } = await newVisitor(browser);
  await page.goto(`${hub.base}/hub/login?next=/hub/spawn`);
  await logIn(page, 'emil');
  await page.waitForFunction(() => document.querySelector('#progress-log')?.textContent?.includes('Server requested'));
  await hub.kill('SIGKILL');
  hub.spawn();
  await until('the hub answers', () => fetch(`${hub.base}/hub/health`).then(({ ok }) => ok, () => false));
  await page.waitForURL(`${hub.base}/user/emil/**`, { timeout: 60_000 });
  expect(await page.textContent('body')).toContain('emil');
});
