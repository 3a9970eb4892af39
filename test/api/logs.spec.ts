import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { get, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubClient, type LogLines } from '#hub-client';
import { serverLogFile } from '../../apps/hub/src/spawners/server-log.js';
import { ADMIN_TOKEN, TestApp } from '../support/app.js';

let app: TestApp;
let address: string;
let serviceLog: string;
let adaLog: string;

beforeAll(async () => {
  app = await TestApp.create({
    JupyterHub: {
      services: [
        { name: 'admin-service', api_token: ADMIN_TOKEN, admin: true },
        { name: 'work er', command: ['true'] },
        { name: 'log-reader', api_token: 'log-reader-token' },
      ],
      load_roles: [{ name: 'log-reader', scopes: ['read:services:logs', 'read:servers:logs!user=ada'], services: ['log-reader'] }],
    },
    Authenticator: { allowed_users: ['ada', 'bob'] },
  });
  const logs = path.join(app.dir, 'logs');
  for (const folder of ['services', 'servers']) mkdirSync(path.join(logs, folder), { recursive: true });
  serviceLog = path.join(logs, 'services', 'work%20er.log');
  adaLog = serverLogFile(logs, 'ada', '');
  writeFileSync(serviceLog, 'one\ntwo\nthree\n');
  writeFileSync(adaLog, 'hello\n');
  await app.hub.app.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${((app.hub.app.getHttpServer() as Server).address() as AddressInfo).port}/hub/api`;
});
afterAll(() => app.close());

const ask = (apiPath: string, token = ADMIN_TOKEN) => app.request({ path: `/hub/api${apiPath}`, token });

test('the last lines of a service', async () => {
  expect((await ask('/services/work%20er/logs')).json).toEqual({ lines: ['one', 'two', 'three'] });
  expect((await ask('/services/work%20er/logs?tail=2')).json).toEqual({ lines: ['two', 'three'] });
  expect((await ask('/services/work%20er/logs?tail=0&follow=false&unknown=1')).json).toEqual({ lines: [] });
});

test.each(['tail=-1', 'tail=1e3', 'tail=10001', 'tail=99999999', 'tail=1&tail=2', 'tail=', 'follow=maybe'])('?%s is refused', async (query) => {
  const { status, json } = await ask(`/services/work%20er/logs?${query}`);
  expect([status, json.message]).toEqual([400, expect.stringContaining('0 to 10000')]);
});

test('services that the hub does not run, and those that are not there, have none', async () => {
  for (const name of ['log-reader', 'none']) expect((await ask(`/services/${name}/logs`)).status).toBe(404);
});

test('the owner of a server reads its log, and nobody else but admins and who was given the scope', async () => {
  const [ada, bob] = await Promise.all(['ada', 'bob'].map((name) => app.logIn(name)));
  const asUser = ({ cookie, xsrf }: { cookie: string; xsrf: string }) =>
    app.request({ path: '/hub/api/users/ada/server/logs', headers: { cookie, 'x-xsrftoken': xsrf } });
  expect((await asUser(ada!)).json).toEqual({ lines: ['hello'] });
  expect((await asUser(bob!)).status).toBe(404);
  expect((await ask('/users/ada/server/logs')).json).toEqual({ lines: ['hello'] });
  expect((await ask('/users/ada/server/logs', 'log-reader-token')).json).toEqual({ lines: ['hello'] });
  expect((await ask('/users/bob/server/logs', 'log-reader-token')).status).toBe(404);
  expect((await ask('/users/ada/servers/none/logs')).status).toBe(404);
  expect((await ask('/users/bob/server/logs')).json).toEqual({ lines: [] });
});

test('the scopes are listed where they do not follow from others', async () => {
  expect((await ask('/user', 'log-reader-token')).json.scopes).toEqual(expect.arrayContaining(['read:servers:logs!user=ada', 'read:services:logs']));
  expect(JSON.stringify((await ask('/user')).json.scopes)).not.toContain(':logs');
  const made = await app.admin('POST', '/users/ada/tokens', { scopes: ['read:servers:logs!user'] });
  expect(made.json.scopes).toContain('read:servers:logs!user=ada');
  expect((await ask('/users/ada/server/logs', made.json.token as string)).status).toBe(200);
  expect((await ask('/users/ada/server', made.json.token as string)).status).toBe(403);
});

test('what a server printed goes with its owner: to a new name, and away', async () => {
  const logOf = (name: string) => ask(`/users/${name}/server/logs`).then(({ json }) => (json as { lines: string[] }).lines);
  await app.admin('POST', '/users/cara');
  await app.admin('PUT', '/users/cara/servers/lab');
  const files = ['', 'lab'].map((server) => serverLogFile(path.join(app.dir, 'logs'), 'cara', server));
  for (const file of files) writeFileSync(file, 'mine\n');
  expect((await app.admin('PATCH', '/users/cara', { name: 'dora' })).status).toBe(200);
  expect(await logOf('dora')).toEqual(['mine']);
  await app.admin('POST', '/users/cara');
  expect(await logOf('cara')).toEqual([]);
  expect((await app.admin('DELETE', '/users/dora')).status).toBe(204);
  await app.admin('POST', '/users/dora');
  expect(await logOf('dora')).toEqual([]);
  await app.admin('PUT', '/users/dora/servers/lab');
  expect((await ask('/users/dora/servers/lab/logs')).json).toEqual({ lines: [] });
});

test('who follows a log gets its end and each further line, until they leave', async () => {
  const hub = new HubClient({ apiUrl: address, token: ADMIN_TOKEN });
  const over = new AbortController();
  const seen: LogLines[] = [];
  const done = hub.logs.followService('work er', (news) => seen.push(news), { tail: 1, signal: over.signal });
  await expect.poll(() => seen).toEqual([{ lines: ['three'] }]);
  appendFileSync(serviceLog, 'fo');
  appendFileSync(serviceLog, 'ür\n');
  await expect.poll(() => seen.at(-1)).toEqual({ lines: ['foür'] });
  over.abort();
  await expect(done).rejects.toThrow();
});

test('a reader who takes nothing costs the hub no memory, however much is written', async () => {
  const options = { headers: { authorization: `token ${ADMIN_TOKEN}` } };
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) => get(`${address}/services/work%20er/logs?follow=true`, options, resolve));
  response.pause();
  const before = process.memoryUsage();
  const block = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
  for (let n = 0; n < 60; n++) {
    appendFileSync(serviceLog, block);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const after = process.memoryUsage();
  // 60 MB were written; what is kept is on the socket and in one chunk
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(25_000_000);
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString())).resume();
  await expect.poll(() => /"skipped":\d{7}/.test(text), { timeout: 5000 }).toBe(true);
  response.destroy();
});
