import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Browser, Page } from '../fakes/browser.js';
import { root, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { environmentOf, MOCK } from '../support/programs.js';

const ADMIN = 'examples-test-token-0123456789';

let hub: TestHub;
afterEach(async () => {
  await hub?.dispose(ADMIN);
});

/** Runs an example as it is, from a copy: only ports, folders and the program of servers are those of this test. */
async function start(name: string): Promise<string> {
  hub = await new TestHub().configure();
  const example = path.join(hub.dir, name);
  cpSync(path.join(root, 'examples', name), example, { recursive: true });
  hub.spawn([
    ...['-f', path.join(example, 'elara.ts'), '--url', `${hub.base}/`, `--JupyterHub.hub_port=${hub.hubPort}`],
    ...[`--ConfigurableHTTPProxy.api_url=http://127.0.0.1:${hub.proxyPort}`, `--Spawner.cmd=${JSON.stringify(MOCK)}`],
    `--JupyterHub.services=${JSON.stringify([{ name: 'admin', api_token: ADMIN, admin: true }])}`,
  ]);
  await until('the hub answers', () => fetch(`${hub.base}/hub/health`).then(({ ok }) => ok, () => false), 60_000);
  return example;
}

const spawnForm = (browser: Browser): Promise<Page> => browser.open(`${hub.base}/hub/spawn/ann`);

async function submit(browser: Browser, fields: Record<string, string>): Promise<Page> {
  const { text } = await spawnForm(browser);
  const action = /<form[^>]*id="spawn_form"[^>]*action="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
  return browser.submit(new URL(action, hub.base).href, fields);
}

interface Server {
  ready: boolean;
  state: { pid: number };
  user_options: Record<string, unknown>;
}

const server = (): Promise<Server> =>
  until('the server runs', async () => {
    const { servers } = (await (await hub.request('GET', '/users/ann', { token: ADMIN })).json()) as { servers: Record<string, Server> };
    return servers['']?.ready && servers[''];
  });

const startByApi = async (options: unknown) => {
  const answer = await hub.request('POST', '/users/ann/server', { token: ADMIN, body: options });
  return [answer.status, ((await answer.json()) as { message: string }).message];
};

test('each of them is run here', () => {
  const folders = readdirSync(path.join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(['environment-variables', 'extra-arguments', 'hashed-passwords']);
});

describe('hashed-passwords', () => {
  test('lets those in whose passwords are in the file, as it is now', async () => {
    const example = await start('hashed-passwords');
    const status = async (name: string, password: string) => (await logIn(hub.base, name, password)).answer.status;
    expect(await status('ada', 'analytical-engine')).toBe(302);
    expect(await status('Grace', 'first-compiler')).toBe(302);
    expect([await status('ada', 'first-compiler'), await status('grace', ''), await status('nobody', 'x')]).toEqual([403, 403, 403]);
    const file = path.join(example, 'passwords.json');
    const line = spawnSync(process.execPath, [path.join(example, 'hash-password.mjs')], { input: 'of bob\n', encoding: 'utf8' }).stdout.trim();
    writeFileSync(file, JSON.stringify({ bob: line }));
    expect([await status('bob', 'of bob'), await status('ada', 'analytical-engine')]).toEqual([302, 403]);
    writeFileSync(file, 'spoilt');
    expect(await status('bob', 'of bob')).toBe(503);
    expect(((await (await hub.request('GET', '/users', { token: ADMIN })).json()) as { name: string; admin: boolean }[]).map(({ name, admin }) => `${name} ${admin}`).sort()).toEqual(['ada true', 'bob false', 'grace false']);
  });
});

describe('extra-arguments', () => {
  test('a form adds to the command line', async () => {
    await start('extra-arguments');
    const { browser } = await logIn(hub.base, 'ann', 'any');
    expect((await spawnForm(browser)).text).toContain('<textarea id="args"');
    const refused = await submit(browser, { args: '--debug\nrm -rf /' });
    expect([refused.status, refused.text.includes('&quot;rm -rf /&quot; is no argument')]).toEqual([400, true]);
    expect((await submit(browser, { args: '--debug\r\n\r\n  --port-retries=0 ' })).status).toBe(302);
    const { state, user_options } = await server();
    expect(user_options).toEqual({ args: ['--debug', '--port-retries=0'] });
    expect(readFileSync(`/proc/${state.pid}/cmdline`, 'utf8').split('\0').slice(-3)).toEqual(['--debug', '--port-retries=0', '']);
    await hub.request('DELETE', '/users/ann/server', { token: ADMIN });
    expect((await spawnForm(browser)).text).toContain('>--debug\n--port-retries=0</textarea>');
    expect(await startByApi({ args: ['-c', 'evil'] })).toEqual([400, '"-c" is no argument such as --debug or --ServerApp.port_retries=0']);
    expect(hub.log).not.toMatch(/user options are kept, but have no effect|Unhandled/);
  });
});

describe('environment-variables', () => {
  test('a form adds to the environment, but nothing of the hub', async () => {
    await start('environment-variables');
    const { browser } = await logIn(hub.base, 'ann', 'any');
    expect((await spawnForm(browser)).text).toContain('>YOUR_NAME=ann</textarea>');
    for (const [env, message] of [['PATH=/tmp', '&quot;PATH&quot; cannot be set'], ['JUPYTERHUB_USER=root', 'cannot be set'], ['NONSENSE', 'is no line such as NAME=value']] as const) {
      const refused = await submit(browser, { env });
      expect([refused.status, refused.text.includes(message)]).toEqual([400, true]);
    }
    expect((await submit(browser, { env: 'COURSE=physics 1\nFORMULA=e=mc^2' })).status).toBe(302);
    const { state } = await server();
    expect(environmentOf(state.pid)).toMatchObject({ COURSE: 'physics 1', FORMULA: 'e=mc^2', JUPYTERHUB_USER: 'ann' });
    await hub.request('DELETE', '/users/ann/server', { token: ADMIN });
    expect(await startByApi({ env: { LD_PRELOAD: 5 } })).toEqual([400, '"LD_PRELOAD" cannot be set']);
  });
});
