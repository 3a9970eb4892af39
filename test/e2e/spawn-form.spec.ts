import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { launchBrowser, logIn, newVisitor, visit } from '../support/browser.js';
import { root, TestHub, until } from '../support/hub.js';
import { environmentOf } from '../support/programs.js';

const ADMIN = 'spawn-form-test-token-0123456789';
const HTML = '<label for="note">Note</label><input id="note" name="note"><label for="kind">Kind</label><select id="kind" name="kind"><option>one<option>two</select>'
  + '<label><input type="checkbox" name="gpu" value="yes" checked> GPU</label><label for="packages">Packages</label><input id="packages" type="file" name="packages">';

/** What a server is told of its profile. */
const [SMALL, LARGE] = [{ MEM_LIMIT: String(2 ** 30) }, { MEM_LIMIT: String(2 ** 31) }];

/** What an operator writes: the fields of tests, and two functions. */
const CONFIG = `
import { readFileSync } from 'node:fs';
export default {
  ...JSON.parse(readFileSync(new URL('./elara.json', import.meta.url), 'utf8')),
  Spawner: {
    cmd: ${JSON.stringify([path.join(root, 'bin', 'elara-singleuser')])},
    apply_user_options: { environment: 'environment' },
    pre_spawn_hook: async (spawner) => {
      spawner.environment.HOOKED = [spawner.user.name, spawner.name, spawner.user_options.profile, spawner.handler?.current_user.name].join('/');
    },
    profile_list: [
      { display_name: 'Small', description: 'For <em>most</em> things', spawner_override: { mem_limit: '1G' } },
      {
        display_name: 'Large',
        spawner_override: { mem_limit: '2G' },
        profile_options: { tool: { display_name: 'Tool', choices: { lab: { display_name: 'Lab' }, tree: { display_name: 'Tree', spawner_override: { default_url: '/tree' } } } } },
      },
    ],
    options_form: async ({ user, name }) => ${JSON.stringify(HTML)} + '<p id="asked">' + user.name + '/' + name + '</p>',
    options_from_form: ({ note = [''], kind, gpu, packages_file = [] }) => {
      if (note[0] === 'bad') throw new Error('This note will not do');
      return { environment: { NOTE: note[0], KIND: kind?.[0] ?? '', GPU: gpu ? '1' : '0', PACKAGES: packages_file.map(({ filename, body }) => filename + '=' + body).join() } };
    },
  },
};
`;

let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { allow_named_servers: true, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Authenticator: { admin_users: ['boss'], allow_all: true },
  }).configure();
  const config = path.join(hub.dir, 'elara.mjs');
  writeFileSync(config, CONFIG);
  hub.spawn(['-f', config]);
  await until('the hub answers', () => fetch(`${hub.base}/hub/health`).then(({ ok }) => ok, () => false));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await hub?.dispose(ADMIN);
});

let user = '';
let number = 0;
beforeEach(() => {
  number += 1;
  user = `person${number}`;
});

/** The environment of the server that runs, and what the API says of its options. */
async function started(name = user, server = ''): Promise<{ env: Record<string, string>; options: Record<string, unknown> }> {
  const model = await until('the server runs', async () => {
    const { servers } = (await (await hub.request('GET', `/users/${name}`, { token: ADMIN })).json()) as { servers: Record<string, { ready: boolean; state: { pid: number }; user_options: Record<string, unknown> }> };
    return servers[server]?.ready && servers[server];
  });
  return { env: environmentOf(model.state.pid), options: model.user_options };
}

async function openForm(page: Page, name = user, at = '/hub/spawn'): Promise<void> {
  await page.goto(`${hub.base}/hub/login?next=${encodeURIComponent(at)}`);
  await logIn(page, name);
  await page.waitForSelector('#spawn_form');
}

const submit = (page: Page) => page.click('#spawn_form button[type=submit]');

test('a profile, its options, fields and a file make the server', async () => {
  await visit(browser, {}, async (page) => {
    await openForm(page);
    expect(await page.textContent('#asked')).toBe(`${user}/`);
    expect(await page.isChecked('#profile-small')).toBe(true);
    expect(await page.innerHTML('.profile-description')).toBe('For <em>most</em> things');
    expect(await page.isVisible('#profile-option-large--tool')).toBe(false);
    await page.click('label[for=profile-large]');
    await page.selectOption('#profile-option-large--tool', 'tree');
    await page.fill('#note', 'ünï "x"');
    await page.setInputFiles('#packages', { name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('numpy') });
    expect(await axeFindings(page)).toEqual([]);
    await submit(page);
    await page.waitForURL(`${hub.base}/user/${user}/**`);
  });
  const { env, options } = await started();
  expect(env).toMatchObject({ ...LARGE, HOOKED: `${user}//large/${user}`, NOTE: 'ünï "x"', KIND: 'one', GPU: '1', PACKAGES: 'list.txt=numpy', JUPYTERHUB_DEFAULT_URL: '/tree' });
  expect(options).toMatchObject({ profile: 'large', tool: 'tree' });
});

test('what a form refuses is said above it, and what was typed stays', async () => {
  const { page, faults } = await newVisitor(browser);
  await openForm(page);
  await page.click('label[for=profile-large]');
  await page.fill('#note', 'bad');
  await page.selectOption('#kind', 'two');
  await page.uncheck('[name=gpu]');
  await submit(page);
  await page.waitForSelector('.spawn-error-msg');
  expect(await page.textContent('.spawn-error-msg')).toContain('This note will not do');
  expect(await page.isChecked('#profile-large')).toBe(true);
  expect(await page.inputValue('#note')).toBe('bad');
  expect(await page.inputValue('#kind')).toBe('two');
  expect(await page.isChecked('[name=gpu]')).toBe(false);
  await page.fill('#note', 'good');
  await submit(page);
  await page.waitForURL(`${hub.base}/user/${user}/**`);
  expect((await started()).env).toMatchObject({ ...LARGE, NOTE: 'good', KIND: 'two', GPU: '0' });
  // to the browser, the answer to a form that is refused is a request that failed
  expect(faults.filter((fault) => !/^400 .*\/hub\/spawn|status of 400/.test(fault))).toEqual([]);
});

test('an address chooses the options, and starts at once', async () => {
  await visit(browser, {}, async (page) => {
    await page.goto(`${hub.base}/hub/login?next=${encodeURIComponent(`/hub/spawn/${user}/lab?opt-profile=large&opt-tool=tree&opt-note=link`)}`);
    await logIn(page, user);
    await page.waitForURL(`${hub.base}/user/${user}/lab/**`);
  });
  const { env, options } = await started(user, 'lab');
  expect(env).toMatchObject({ ...LARGE, NOTE: 'link', JUPYTERHUB_DEFAULT_URL: '/tree' });
  expect(options).toMatchObject({ profile: 'large', tool: 'tree' });
});

test('an admin starts a server for somebody else', async () => {
  await hub.request('POST', `/users/${user}`, { token: ADMIN });
  await visit(browser, {}, async (page) => {
    await openForm(page, 'boss', `/hub/spawn/${user}/lab`);
    expect(await page.textContent('#asked')).toBe(`${user}/lab`);
    expect(await page.textContent('main')).toContain(`For ${user}`);
    await submit(page);
    // it is not theirs, so they are asked before it learns who they are
    await page.click('#oauth-form button[type=submit]');
    await page.waitForURL(`${hub.base}/user/${user}/lab/**`);
  });
  expect((await started(user, 'lab')).env).toMatchObject({ JUPYTERHUB_USER: user, HOOKED: `${user}/lab/small/boss`, ...SMALL });
});

test('the API chooses a profile by its options, and is told of one that there is not', async () => {
  await hub.request('POST', `/users/${user}`, { token: ADMIN });
  const start = (body: unknown) => hub.request('POST', `/users/${user}/server`, { token: ADMIN, body });
  const refused = await start({ profile: 'huge' });
  expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([400, expect.stringContaining('only small, large')]);
  expect((await start({ profile: 'large' })).status).toBeLessThan(300);
  expect((await started()).env).toMatchObject(LARGE);
});
