import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort, listeners, portHolder } from './ports.js';
import { waitForHttp, waitForTcp } from './wait.js';

const servers: Server[] = [];
const serve = (listener: RequestListener, port = 0) =>
  new Promise<string>((resolve) => {
    const server = createServer(listener).listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    servers.push(server);
  });
afterEach(() => servers.splice(0).forEach((server) => server.close()));

test.each([200, 302, 404, 499])('status %i is up, without following it', async (status) => {
  const url = await serve((_, response) => response.writeHead(status, { location: '/elsewhere', 'x-who': 'me' }).end());
  expect(await waitForHttp(url, { timeoutMs: 5000 })).toMatchObject({ status, headers: { 'x-who': 'me' } });
});

test('a server that is not there yet, or answers with an error, is asked again', async () => {
  const port = await freePort();
  const waiting = waitForHttp(`http://127.0.0.1:${port}/`, { timeoutMs: 5000, intervalMs: 5, headers: { 'x-token': 't' } });
  let asked = 0;
  await serve((request, response) => response.writeHead((asked += 1) < 3 ? 503 : request.headers['x-token'] ? 204 : 500).end(), port);
  expect(await waiting).toMatchObject({ status: 204 });
  expect(asked).toBe(3);
});

test('the first try may come later', async () => {
  let asked = 0;
  const url = await serve((_, response) => response.end(String((asked += 1))));
  await expect(waitForHttp(url, { timeoutMs: 30, delayMs: 60_000 })).rejects.toMatchObject({ code: 'timeout' });
  expect(asked).toBe(0);
  await waitForHttp(url, { timeoutMs: 5000, delayMs: 1 });
  expect(asked).toBe(1);
});

test('time runs out with the reason of the last try', async () => {
  const url = await serve((_, response) => response.writeHead(500).end());
  await expect(waitForHttp(url, { timeoutMs: 50, intervalMs: 5 })).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/cannot reach http.* within 0.05 s \(it answers with status 500\)/) as string,
  });
});

test('a server that accepts and never answers does not outlast the deadline', async () => {
  const url = await serve(() => {});
  await expect(waitForHttp(url, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  servers.at(-1)!.closeAllConnections();
});

test('the wait ends with the process, and with the signal', async () => {
  const url = `http://127.0.0.1:${await freePort()}/`;
  const exited = Promise.resolve({ code: 1 });
  await expect(waitForHttp(url, { timeoutMs: 5000, unless: exited })).rejects.toMatchObject({ code: 'exited' });
  await expect(waitForHttp(url, { timeoutMs: 5000, unless: Promise.reject(new Error('x')) })).rejects.toMatchObject({ code: 'exited' });
  await expect(waitForHttp(url, { timeoutMs: 5000, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  const later = new AbortController();
  const waiting = waitForTcp('', Number(new URL(url).port), { timeoutMs: 5000, signal: later.signal });
  later.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('what is no URL is refused at once', () => expect(() => waitForHttp('nonsense', { timeoutMs: 5000 })).toThrow('Invalid URL'));

test('a port is up once it accepts', async () => {
  const port = Number(new URL(await serve(() => {})).port);
  await waitForTcp('0.0.0.0', port, { timeoutMs: 5000 });
});

test('who is given a port has it alone, although nobody listens yet', async () => {
  const ports = new Set<number>();
  // the kernel gives one of some 14,000: of so many a dozen would have been given before
  for (let count = 0; count < 600; count += 1) ports.add(await freePort());
  expect(ports.size).toBe(600);
});

test('tells who holds a port', async () => {
  const port = Number(new URL(await serve(() => {})).port);
  expect(await portHolder(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') as string });
  expect(await portHolder(await freePort())).toBeUndefined();
});

test('reads the kernel’s table of sockets', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:1F91 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1
`;
  expect(listeners(table, 8081)).toEqual(['111']);
});
