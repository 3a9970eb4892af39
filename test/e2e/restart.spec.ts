import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { isAlive, root, TestHub, until } from '../support/hub.js';
import { Browser } from '../fakes/browser.js';

const ADMIN = 'restart-test-token-0123456789';
const CMD = [process.execPath, path.join(root, 'test', 'support', 'websocket-server.mjs')];
let hub: TestHub;
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await hub.dispose(ADMIN);
});

async function hubWithServer(): Promise<{ pid: number; token: string; messages: number[]; closed: () => boolean }> {
  hub = await new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: CMD },
  }).start();
  await hub.request('POST', '/users/ada', { token: ADMIN });
  const minted = (await (await hub.request('POST', '/users/ada/tokens', { token: ADMIN })).json()) as { token: string };
  expect((await hub.request('POST', '/users/ada/server', { token: ADMIN })).status).toBe(201);
  const { pid } = (await (await fetch(`${hub.base}/user/ada/`)).json()) as { pid: number };

  const messages: number[] = [];
  let closed = false;
  const socket = new WebSocket(`${hub.base.replace('http', 'ws')}/user/ada/socket`);
  sockets.push(socket);
  socket.on('message', (data) => messages.push(Number(String(data))));
  socket.on('close', () => (closed = true));
  await until('the websocket speaks', () => messages.length > 2);
  return { pid, token: minted.token, messages, closed: () => closed };
}

interface ServerModel {
  ready: boolean;
  pending: string | null;
}

async function serverOf(user: string, token: string): Promise<ServerModel | undefined> {
  const { servers } = (await (await hub.request('GET', `/users/${user}`, { token })).json()) as { servers: Record<string, ServerModel> };
  return servers[''];
}

test.each(['SIGTERM', 'SIGKILL'] as const)('a hub that ends by %s and comes back finds everything as it was', async (signal) => {
  const { pid, token, messages, closed } = await hubWithServer();
  const browser = new Browser();
  await browser.open(`${hub.base}/hub/login`);
  const form = { username: 'ada', password: 'secret', _xsrf: browser.cookie('_xsrf')!.value };
  expect((await browser.submit(`${hub.base}/hub/login`, form)).status).toBe(302);
  const proxyBefore = hub.proxyPid;

  await hub.kill(signal);
  expect(isAlive(pid)).toBe(true);
  expect(isAlive(proxyBefore)).toBe(true);
  const seen = messages.length;
  await until('the websocket speaks while the hub is away', () => messages.length > seen + 2);
  expect((await fetch(`${hub.base}/user/ada/x`)).status).toBe(200);

  await hub.start();
  expect(hub.proxyPid).toBe(proxyBefore);
  expect(await until('the server is known again', async () => (await serverOf('ada', token))?.ready)).toBe(true);
  expect((await hub.request('GET', '/user', { token })).status).toBe(200);
  expect((await browser.send('GET', `${hub.base}/hub/home`)).status).toBe(200);
  const { pid: pidNow } = (await (await fetch(`${hub.base}/user/ada/`)).json()) as { pid: number };
  expect(pidNow).toBe(pid);

  expect(closed()).toBe(false);
  expect(messages).toEqual(messages.map((_, index) => index + 1));

  expect((await hub.request('DELETE', '/users/ada/server', { token: ADMIN })).status).toBe(204);
  await until('the server has ended', () => !isAlive(pid));
});

test('a server that died while the hub was away is noticed, and its route goes', async () => {
  const { pid, token } = await hubWithServer();
  await hub.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await until('the server has ended', () => !isAlive(pid));
  await hub.start();
  await until('the row says so', async () => (await serverOf('ada', token)) === undefined);
  const routes = (await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as Record<string, unknown>;
  expect(Object.keys(routes)).not.toContain('/user/ada/');
});

test('a server that dies is noticed by the poll, its route goes and the row says so', async () => {
  hub = await new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: CMD, poll_interval: 1 },
  }).start();
  await hub.request('POST', '/users/bob', { token: ADMIN });
  expect((await hub.request('POST', '/users/bob/server', { token: ADMIN })).status).toBe(201);
  const { pid } = (await (await fetch(`${hub.base}/user/bob/`)).json()) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await until('the row says so', async () => (await serverOf('bob', ADMIN)) === undefined);
  const routes = (await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as Record<string, unknown>;
  expect(Object.keys(routes)).toEqual(['/']);
});
