import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, TestHub } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { MOCK, processesWith } from '../support/programs.js';
import { rawRequest } from '../support/raw-request.js';

const ADMIN = 'bad-names-test-admin-0123456789';
/** Names that are used, or were meant, to break out of a path, a header, a log line, a page or a table. */
const NAMES = [
  ...['a/b', '/', '..', '.', '../../etc/passwd', '%2f', '%2e%2e', 'per%cent', 'back\\slash', '~root', '-rf', '.hidden'],
  ...['two words', ' lead', 'trail ', 'tab\there', 'line\nbreak', 'cr\r\nlf', 'nul\0', 'bell\u0007', 'next\u2028line'],
  ...['ünïcødé', 'ユーザー', '💥', 'right\u202eleft', 'e\u0301', 'UPPER'],
  ...['<b>bold</b>', 'quote"\'', 'semi;colon', 'a=b&c=d', 'who?x#y', 'a@b.example', 'comma,s', '{username}', '$(reboot)', '`id`', "'; DROP TABLE users; --"],
  ...['__proto__', 'constructor', 'null', '0', 'server', 'progress'],
  ...['x'.repeat(255), 'x'.repeat(300), 'ü'.repeat(200), 'x'.repeat(5000)],
];

const shown = (name: string) => (name.length > 40 ? `${name.slice(0, 10)}… (${name.length} characters)` : JSON.stringify(name));
const cases = NAMES.map((name) => [shown(name), name] as const);
/** Every character but letters, digits and `-_`, so that no client on the way reads anything into it. */
const encoded = (name: string) => encodeURIComponent(name).replace(/[.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

let hub: TestHub;
beforeAll(async () => {
  hub = await new TestHub({
    JupyterHub: { allow_named_servers: true, services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: MOCK },
  }).start();
});
afterAll(() => hub.dispose(ADMIN));

/** Asks the hub itself: a proxy resolves `..` in paths before anybody sees it. */
const ask = (method: string, apiPath: string, body?: unknown) =>
  rawRequest(hub.hubPort, { method, path: `/hub/api${apiPath}`, token: ADMIN, ...(body !== undefined && { body: JSON.stringify(body) }) });

/** 400, in JSON, without a word about the inside of the hub. */
function expectRefusal({ status, json, text }: Awaited<ReturnType<typeof ask>>): void {
  expect([400, 404, 414, 431]).toContain(status);
  if (status < 410) expect(json).toMatchObject({ status, message: expect.any(String) as string });
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|SQLITE|\/tmp\//);
}

const files = (folder: string) => (existsSync(path.join(hub.dir, folder)) ? readdirSync(path.join(hub.dir, folder)) : []);

describe('a user called', () => {
  test.each(cases)('%s is refused, or works from row to route', async (_shown, name) => {
    const at = `/users/${encoded(name)}`;
    const made = await ask('POST', at);
    if (made.status !== 201) return expectRefusal(made);
    expect(made.json.name).toBe(name);
    expect((await ask('POST', at)).status).toBe(409);
    const before = { logs: files('logs/servers'), homes: files('home') };
    const started = await ask('POST', `${at}/server`);
    expect(started.status).toBe(201);
    const model = (await ask('GET', at)).json;
    expect(model).toMatchObject({ name, servers: { '': { ready: true } } });
    const reached = await rawRequest(hub.port, { path: model.servers[''].url });
    expect(reached.status).toBe(200);
    expect(reached.json).toMatchObject({ mock: true, env: { JUPYTERHUB_USER: name } });
    // one log and one home each, in the folders for them and nowhere else
    const logs = files('logs/servers').filter((file) => !before.logs.includes(file));
    const homes = files('home').filter((file) => !before.homes.includes(file));
    expect([logs.length, homes.length]).toEqual([1, 1]);
    const pids = processesWith({ JUPYTERHUB_USER: name });
    expect((await ask('DELETE', `${at}/server`)).status).toBe(204);
    expect(pids.filter(isAlive)).toEqual([]);
    expect((await ask('DELETE', at)).status).toBe(204);
    expect((await ask('GET', at)).status).toBe(404);
  });

  test.each(cases)('%s logs in, or is told that it cannot', async (_shown, name) => {
    const { browser, answer } = await logIn(hub.base, name);
    if (answer.status !== 302) {
      expect([400, 403, 413]).toContain(answer.status);
      expect(browser.cookie('jupyterhub-hub-login')).toBeUndefined();
      return;
    }
    const me = (await browser.send('GET', `${hub.base}/hub/api/user`, { headers: { 'Sec-Fetch-Mode': 'navigate' } })).text;
    expect((JSON.parse(me) as { name: string }).name).toBe(name.trim().normalize('NFC').toLowerCase());
    const home = await browser.open(`${hub.base}/hub/home`);
    expect(home.status).toBe(200);
    expect(home.text).not.toContain('<b>bold');
  });
});

describe('a server called', () => {
  test.each(cases)('%s is refused, or works from row to route', async (_shown, name) => {
    await ask('POST', '/users/ada');
    const at = `/users/ada/servers/${encoded(name)}`;
    const started = await ask('POST', at, { display_name: 'Some server' });
    if (started.status !== 201) return expectRefusal(started);
    const { servers } = (await ask('GET', '/users/ada')).json;
    expect(servers[name]).toMatchObject({ name, ready: true, display_name: 'Some server' });
    expect((await rawRequest(hub.port, { path: servers[name].url })).json.env).toMatchObject({ JUPYTERHUB_SERVER_NAME: name });
    expect((await ask('DELETE', at, { remove: true })).status).toBe(204);
  });

  test.each(cases)('"lab", shown as %s', async (_shown, name) => {
    const answer = await ask('PUT', '/users/ada/servers/lab', { display_name: name });
    if (answer.status !== 201) return expectRefusal(answer);
    const { browser } = await logIn(hub.base, 'ada');
    expect((await browser.open(`${hub.base}/hub/home`)).text).not.toContain('<b>bold');
    expect((await ask('DELETE', '/users/ada/servers/lab', { remove: true })).status).toBe(204);
  });
});

test.each(cases)('a group called %s is refused, or kept as it is', async (_shown, name) => {
  await ask('POST', '/users/ada');
  const at = `/groups/${encoded(name)}`;
  const made = await ask('POST', at, { users: ['ada'] });
  if (made.status !== 201) return expectRefusal(made);
  expect((await ask('GET', at)).json).toMatchObject({ name, users: ['ada'] });
  expect((await ask('GET', '/users/ada')).json.groups).toEqual([name]);
  expect((await ask('DELETE', at)).status).toBe(204);
});

test.each(cases)('a service called %s is refused, or kept as it is', async (_shown, name) => {
  const at = `/services/${encoded(name)}`;
  const made = await ask('POST', at, { url: `http://127.0.0.1:${hub.hubPort}` });
  if (made.status !== 201) return expectRefusal(made);
  const table = Object.keys((await ask('GET', '/proxy')).json as object);
  const { prefix } = made.json;
  expect(table).toContain(prefix);
  expect(table).toContain('/');
  expect(new URL(prefix, hub.base).pathname).toBe(prefix);
  expect((await ask('GET', at)).json).toMatchObject({ name, prefix });
  expect((await ask('DELETE', at)).status).toBe(200);
  expect(Object.keys((await ask('GET', '/proxy')).json as object)).not.toContain(prefix);
});

test.each(cases)('a token noted %s is refused, or kept with its note', async (_shown, note) => {
  await ask('POST', '/users/ada');
  const made = await ask('POST', '/users/ada/tokens', { note });
  expect(made.status).toBe(201);
  expect(made.json.note).toBe(note.slice(0, 1023));
  expect((await rawRequest(hub.port, { path: '/hub/api/user', token: made.json.token })).json.name).toBe('ada');
  const { browser } = await logIn(hub.base, 'ada');
  const page = await browser.open(`${hub.base}/hub/token`);
  expect(page.status).toBe(200);
  expect(page.text).not.toContain('<b>bold');
  expect((await ask('DELETE', `/users/ada/tokens/${made.json.id}`)).status).toBe(204);
});

test('after all that, every line of the log is one of the hub', async () => {
  const lines = hub.log.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(500);
  expect(lines.filter((line) => !/^\[[DIWEC] \d{4}-\d\d-\d\d [\d:.]+ [\w ]+\] /.test(line))).toEqual([]);
  expect(lines.filter((line) => /[\p{Cc}\u2028-\u202e]/u.test(line))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('[E'))).toEqual([]);
});
