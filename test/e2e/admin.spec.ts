import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, newVisitor, shoot, visit } from '../support/browser.js';
import { plantDay } from '../support/history.js';
import { root, TestHub, until } from '../support/hub.js';

const WATCHER = 'admin-test-token-0123456789';
const PEOPLE = Array.from({ length: 60 }, (_, index) => `person-${String(index + 1).padStart(2, '0')}`);
const MOCK = path.join(root, 'test', 'conformance', 'mock-singleuser.mjs');
const sh = (script: string) => ['/bin/sh', '-c', script];
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: {
      allow_named_servers: true,
      load_roles: [{ name: 'helpdesk', scopes: ['admin-ui', 'list:users', 'read:users', 'servers'], users: ['helper'] }],
      load_groups: { staff: { users: ['ada', 'bob'], properties: { quota: '20G' } } },
      services: [
        { name: 'watcher', api_token: WATCHER, admin: true },
        { name: 'ticker', command: sh('i=0; while :; do i=$((i+1)); echo "tick $i"; sleep 0.2; done') },
        { name: 'nightly', command: sh('echo doing the nightly work'), schedule: '0 3 29 2 *' },
        { name: 'broken', command: sh('echo I cannot; exit 7') },
      ],
    },
    Authenticator: { admin_users: ['boss'], allow_all: true },
    Spawner: { cmd: [...sh('echo "hello from the server of $JUPYTERHUB_USER"; exec "$0" "$@"'), process.execPath, MOCK, '--by-name'] },
  }).start();
  await hub.kill();
  await plantDay(path.join(hub.dir, 'jupyterhub.sqlite'));
  await hub.start();
  await ask('POST', '/users', { usernames: [...PEOPLE, 'boss', 'exit-eve'] });
  await Promise.all([ask('POST', '/users/ada/server'), ask('POST', '/users/exit-eve/server')]);
  await ask('POST', '/shares/ada/', { user: 'bob' });
  await ask('POST', '/users/ada/tokens', { note: 'for a script' });
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

  test('somebody with a role for a part of it sees that part, and what can be done there', async () => {
    await visit(browser, {}, async (page) => {
      await page.goto(`${hub.base}/hub/login?next=/hub/admin/users`);
      await logIn(page, 'helper');
      await row(page, 'bob').getByRole('button', { name: /^Start/ }).waitFor();
      expect(await page.getByRole('navigation', { name: 'Admin area' }).getByRole('link').allTextContents()).toEqual(['Overview', 'Users', 'Servers']);
      for (const name of ['Add users', /^Edit/, /^Delete/]) expect(await button(page, name).count()).toBe(0);
      await page.getByRole('link', { name: 'bob' }).click();
      await page.getByText('staff').waitFor();
      expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Servers', 'Groups']);
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
  ['overview', '', '.charts section:last-child .u-legend'],
  ['audit', '/audit', 'tbody tr'],
  ['info', '/info', 'text=JupyterHub.load_groups'],
  ['users', '/users', 'tr[data-row="ada"]'],
  ['user', '/users/ada', 'text=for a script'],
  ['servers', '/servers', 'tr[data-row="ada/"]'],
  ['server', '/servers/ada', 'text=hello from the server of ada'],
  ['server-failed', '/servers/exit-eve', '.notice-danger'],
  ['groups', '/groups', 'tr[data-row="staff"]'],
  ['group', '/groups/staff', '.member-list li'],
  ['services', '/services', 'tr[data-row="ticker"]'],
  ['service', '/services/ticker', 'text=tick 3'],
  ['unknown', '/nothing', 'text=There is no such page'],
];

describe.each(LOOKS)('every view, %s', (look, size) => {
  test.each(VIEWS)('%s', async (name, view, filled) => {
    await visit(browser, size, async (page) => {
      await asAdmin(page, view);
      await page.waitForSelector(filled);
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      await shoot(page, `admin-${name}-${look}`);
    });
  });
});

test('the navigation leads through all views, without a new page, with the focus on each heading', async () => {
  await admin('', async (page) => {
    const titles = ['Overview', 'Users', 'Servers', 'Groups', 'Services', 'Audit', 'Info'];
    const nav = page.getByRole('navigation', { name: 'Admin area' });
    expect(await nav.getByRole('link').allTextContents()).toEqual(titles);
    await page.evaluate(() => (document.body.dataset.same = 'page'));
    for (const title of [...titles.slice(1), 'Overview']) {
      await nav.getByRole('link', { name: title }).click();
      await page.waitForFunction((name) => document.activeElement?.tagName === 'H1' && document.activeElement.textContent === name, title);
      expect(await nav.locator('[aria-current=page]').textContent()).toBe(title);
      expect(await page.title()).toBe(`${title} – Admin`);
    }
    await page.goBack();
    await page.getByRole('heading', { name: 'Info' }).waitFor();
    expect(await page.evaluate(() => document.body.dataset.same)).toBe('page');
  });
});

describe('the overview', () => {
  test('tells in words and in a table what its charts show', async () => {
    await admin('', async (page) => {
      const chart = page.getByRole('region', { name: 'Running servers' });
      await chart.getByText(/Servers: now \d+, most 4\d\d at \d\d:\d\d/).waitFor();
      await page.waitForFunction(() => document.querySelectorAll('.charts canvas').length === 8);
      await chart.getByText('As a table').click();
      expect(await chart.getByRole('row').count()).toBeGreaterThan(22);
      await page.getByLabel('Show').selectOption('1');
      await page.waitForFunction(() => document.querySelectorAll('.charts details table tbody')[1]!.children.length <= 2);
    });
  });

  test('changes its colours with the theme', async () => {
    await admin('', async (page) => {
      await page.locator('.charts canvas').first().waitFor();
      const before = await page.locator('.charts canvas').first().screenshot();
      await page.click('#theme-toggle');
      await until('the first chart is another picture', async () => !before.equals(await page.locator('.charts canvas').first().screenshot()));
    });
  });
});

describe('the info', () => {
  test('has versions, the state of each part, and the config without secrets', async () => {
    await admin('/info', async (page) => {
      await page.getByText(/^1 of \d+ parts fail\.$/).waitFor();
      await page.getByRole('row', { name: /^broken/ }).getByText('Failing').waitFor();
      await page.getByRole('row', { name: /^proxy/ }).getByText('Well').waitFor();
      await page.getByLabel('Part of a key or value').fill('services');
      await page.getByText('1 key', { exact: true }).waitFor();
      expect(await page.locator('.value-col').textContent()).not.toContain(WATCHER);
      await page.getByLabel('Part of a key or value').fill('service_start');
      await page.getByText('No key fits.').waitFor();
      await page.getByLabel('Only what your config sets').uncheck();
      await page.getByRole('row', { name: /service_start_limit/ }).waitFor();
    });
  });
});

describe.each(LOOKS)('dialogs, %s', (_look, size) => {
  test.each([
    ['/users', 'Add users'],
    ['/users/ada', 'Make a token'],
    ['/users/ada', /^Delete/],
    ['/groups/staff', 'Edit properties'],
  ] as const)('%s: %s is easy to read and to leave', async (view, name) => {
    await visit(browser, size, async (page) => {
      await asAdmin(page, view);
      await button(page, name).first().click();
      await dialog(page).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await closed(page);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
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

      await row(page, 'person-10').getByRole('button', { name: /^Stop/ }).click();
      await confirm(page, 'Stop');
      await row(page, 'person-10').getByText('Stopped').waitFor();
      expect((await person('person-10')).servers['']).toBeUndefined();

      for (const name of ['person-10', 'person-11']) await page.getByLabel(`Choose ${name}`).check();
      await button(page, 'Start servers').click();
      await confirm(page, 'Start');
      await dialog(page).getByText('2 started.').waitFor();
      await confirm(page, 'Close');
      await closed(page);
      await row(page, 'person-11').getByText('Running').waitFor();
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
    await shoot(page, 'admin-users-bulk');
    await confirm(page, 'Close');
    await closed(page);
    expect([await isGone('person-40'), await isGone('person-41')]).toEqual([true, true]);
    await page.context().close();
  });
});

describe('one user', () => {
  test('has servers: added, stopped and deleted', async () => {
    await admin('/users/bob', async (page) => {
      await button(page, 'Add a server').click();
      await page.getByLabel('Name').fill('lab');
      await confirm(page, 'Add and start');
      await closed(page);
      await row(page, 'bob/lab').getByText('Running').waitFor();
      expect((await person('bob')).servers.lab?.ready).toBe(true);
      await row(page, 'bob/lab').getByRole('button', { name: /^Delete/ }).click();
      await confirm(page, 'Delete');
      await row(page, 'bob/lab').waitFor({ state: 'detached' });
      expect(await ask('GET', '/users/bob/servers/lab')).toMatchObject({ status: 404 });
    });
  });

  test('has tokens: made, shown once, good for what they should, revoked', async () => {
    await admin('/users/bob', async (page) => {
      await button(page, 'Make a token').click();
      await page.getByLabel('Note').fill('from the admin');
      await page.getByLabel('Scopes').fill('read:users:name!user');
      await confirm(page, 'Make');
      const token = (await dialog(page).locator('[data-token]').textContent())!;
      await confirm(page, 'Done');
      const whoami = () => hub.request('GET', '/user', { token });
      expect(await (await whoami()).json()).toMatchObject({ name: 'bob', scopes: ['read:users:groups!user=bob', 'read:users:name!user=bob'] });
      const line = page.getByRole('row').filter({ hasText: 'from the admin' });
      await line.getByRole('button', { name: /^Revoke/ }).click();
      await confirm(page, 'Revoke');
      await line.waitFor({ state: 'detached' });
      expect((await whoami()).status).toBe(403);
    });
  });

  test('is put into groups and taken out', async () => {
    await ask('POST', '/groups/guests');
    await admin('/users/person-20', async (page) => {
      await button(page, 'Add to groups').click();
      await dialog(page).getByLabel('Groups').fill('guests');
      await confirm(page, 'Add');
      await closed(page);
      await page.getByRole('link', { name: 'guests' }).waitFor();
      expect((await person('person-20')).groups).toEqual(['guests']);
      await button(page, /^Remove/).click();
      await page.getByText('In no group.').waitFor();
      expect((await person('person-20')).groups).toEqual([]);
    });
  });

  test('ends shares', async () => {
    await ask('POST', '/shares/ada/', { user: 'person-21' });
    await admin('/users/person-21', async (page) => {
      await page.getByRole('button', { name: /^End/ }).click();
      await confirm(page, 'End');
      await page.getByText('No servers are shared').waitFor();
    });
    expect(await ask<{ items: unknown[] }>('GET', '/users/person-21/shared')).toMatchObject({ items: [] });
  });

  test('is deleted, after a question, and the list is shown again', async () => {
    await admin('/users/person-22', async (page) => {
      await button(page, /^Delete/).click();
      await confirm(page, 'Delete');
      await page.getByRole('heading', { name: 'Users' }).waitFor();
      expect(await isGone('person-22')).toBe(true);
    });
  });
});

describe('servers', () => {
  test('are opened, stopped and started, and say why they failed', async () => {
    await admin('/servers', async (page) => {
      await row(page, 'ada/').getByRole('link', { name: 'default server of ada' }).click();
      await page.getByText('hello from the server of ada').first().waitFor();
      const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: /^Open/ }).click()]);
      expect(opened.url()).toContain('/user/ada/');
      await opened.close();
      await button(page, /^Stop/).click();
      await confirm(page, 'Stop');
      await button(page, /^Start/).click();
      await page.locator('dd .state-ready').waitFor();
      expect((await person('ada')).servers['']?.ready).toBe(true);
    });
    await admin('/servers/exit-eve', async (page) => {
      await page.getByText('The last lines that it printed').click();
      await page.locator('details pre').getByText('hello from the server of exit-eve').waitFor();
    });
  });

  test('that did not start are found', async () => {
    await admin('/servers', async (page) => {
      await row(page, 'ada/').waitFor();
      expect(await row(page, 'exit-eve/').count()).toBe(0);
      await page.getByLabel('Show').selectOption('failed');
      await row(page, 'exit-eve/').getByText('Did not start').waitFor();
      expect(await row(page, 'ada/').count()).toBe(0);
    });
  });

  test('appear by themselves, without anybody asking', async () => {
    await admin('/servers', async (page) => {
      await row(page, 'ada/').waitFor();
      await ask('POST', '/users/person-30/server');
      // a poll would take half a minute
      await row(page, 'person-30/').getByText('Running').waitFor({ timeout: 10_000 });
    });
  });
});

describe('groups', () => {
  test('are added, filled, given properties, and deleted', async () => {
    await admin('/groups', async (page) => {
      await button(page, 'Add groups').click();
      await page.getByLabel('Names').fill('physics');
      await confirm(page, 'Add');
      await closed(page);
      await page.getByRole('link', { name: 'physics' }).click();
      await button(page, 'Add members').click();
      await page.getByLabel('Names').fill('person-31 person-32');
      await confirm(page, 'Add');
      await closed(page);
      await button(page, /^Remove person-31/).click();
      await page.getByRole('heading', { name: '1 member' }).waitFor();

      await button(page, 'Edit properties').click();
      await page.getByLabel('Properties, as JSON').fill('{"quota": ');
      await dialog(page).getByText('This is no JSON').waitFor();
      expect(await dialog(page).getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      await page.getByLabel('Properties, as JSON').fill('{"quota": "5G"}');
      await confirm(page, 'Save');
      await closed(page);
      expect(await ask('GET', '/groups/physics')).toMatchObject({ users: ['person-32'], properties: { quota: '5G' } });

      await button(page, /^Delete/).click();
      await confirm(page, 'Delete');
      await page.getByRole('heading', { name: 'Groups' }).waitFor();
      expect(await ask('GET', '/groups/physics')).toMatchObject({ status: 404 });
    });
  });
});

describe('services', () => {
  const stateOf = async (name: string) => (await ask<{ elara: { state: string; pid?: number } }>('GET', `/services/${name}`)).elara.state;

  test('are stopped, started and restarted', async () => {
    await admin('/services', async (page) => {
      const ticker = row(page, 'ticker');
      await ticker.getByRole('button', { name: /^Stop/ }).click();
      await ticker.getByText('Stopped', { exact: true }).waitFor();
      expect(await stateOf('ticker')).toBe('stopped');
      await ticker.getByRole('button', { name: /^Start/ }).click();
      await ticker.getByText('Running', { exact: true }).waitFor();
      const { pid } = await ask<{ pid: number }>('GET', '/services/ticker');
      await ticker.getByRole('button', { name: /^Restart/ }).click();
      await until('it is another process', async () => {
        const now = (await ask<{ pid: number }>('GET', '/services/ticker')).pid;
        return now > 0 && now !== pid;
      });
    });
  });

  test('run when they are told to', async () => {
    await admin('/services/nightly', async (page) => {
      await button(page, /^Run now/).click();
      await page.locator('pre.log-lines').getByText('doing the nightly work').waitFor();
      await page.getByText(/^number 1,/).waitFor();
      expect(await ask('GET', '/services/nightly')).toMatchObject({ elara: { schedule: { last_run: { number: 1, cause: 'request' } } } });
    });
  });

  test('are followed line by line, or read once', async () => {
    await admin('/services/ticker', async (page) => {
      const log = page.locator('pre.log-lines');
      const last = async () => Number((await log.textContent())!.trim().split('\n').at(-1)?.replace('tick ', ''));
      await page.getByText(/tick \d/).first().waitFor();
      const seen = await last();
      await until('more lines have come', async () => (await last()) > seen + 2);
      await page.getByLabel('Follow').uncheck();
      await until('the lines were read once', async () => (await last()) > 0);
    });
  });
});

describe('the audit', () => {
  test('tells who did what to whom, is filtered and paged', async () => {
    await admin('/users/person-50', async (page) => {
      await button(page, /^Start/).click();
      await page.getByText('server.start').waitFor();
      await page.getByRole('link', { name: 'Audit' }).click();
      await page.getByLabel('To whom').fill('server:person-50/');
      await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
      expect(await page.locator('tbody tr').textContent()).toMatch(/boss.*server\.start.*server person-50\/.*Done.*session/);

      await page.getByLabel('Show').selectOption('denied');
      await page.getByText('Nothing of that kind is recorded.').waitFor();
      expect(new URL(page.url()).search).toBe('?target=server%3Aperson-50%2F&outcome=denied');
      for (let count = 0; count < 60; count += 1) await ask('DELETE', '/groups/nobody-has-it');
      await page.goto(`${hub.base}/hub/admin/audit`);
      await page.locator('tbody tr').nth(49).waitFor();
      const newest = await page.locator('tbody tr').first().getAttribute('data-row');
      await button(page, 'Older').click();
      await page.waitForFunction((id) => Number(document.querySelector('tbody tr')?.getAttribute('data-row')) < Number(id) - 40, newest);
      await button(page, 'Newer').click();
      await row(page, newest!).waitFor();
    });
  });

  test('is saved as JSON lines, all that fits and no more', async () => {
    await admin('/audit?action=user.create', async (page) => {
      await page.getByText('user.create').first().waitFor();
      const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save as JSON lines').click()]);
      const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n');
      const { items } = await ask<{ items: unknown[] }>('GET', '/audit?action=user.create&limit=100');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(items);
      expect(items.length).toBeGreaterThan(0);
      expect(download.suggestedFilename()).toBe('audit.jsonl');
    });
  });
});
