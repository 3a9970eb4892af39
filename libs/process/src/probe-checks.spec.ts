import { createServer as createHttp, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from './ports.js';
import { execCheck, httpCheck, tcpCheck } from './probe-checks.js';

const signal = new AbortController().signal;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createHttp((request, response) => response.writeHead(Number(request.url!.slice(1))).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

test.each([[200, true], [302, true], [404, false], [503, false]])('over http, status %i is well: %s', async (status, well) => {
  const look = httpCheck(`http://127.0.0.1:${port}/${status}`)(signal);
  if (well) await look;
  else await expect(look).rejects.toThrow(`status ${status}`);
});

test('over tcp, it is well when somebody listens', async () => {
  await tcpCheck('127.0.0.1', port)(signal);
  await expect(tcpCheck('127.0.0.1', await freePort())(signal)).rejects.toThrow('ECONNREFUSED');
});

const shell = (script: string) => execCheck({ command: ['/bin/sh', '-c', script], env: { HERE: 'yes' } });

test('a program says so by its status, and finds its environment', async () => {
  await shell('test $HERE = yes')(signal);
  await expect(shell('exit 3')(signal)).rejects.toThrow('/bin/sh ended with status 3');
  await expect(execCheck({ command: ['no-such-program'], env: {} })(signal)).rejects.toThrow('no-such-program');
});

test('a program that takes too long is killed, with what it started', async () => {
  const over = new AbortController();
  const begin = Date.now();
  const look = shell('sleep 30; true')(over.signal);
  setTimeout(() => over.abort(), 100);
  await expect(look).rejects.toThrow('signal SIGKILL');
  expect(Date.now() - begin).toBeLessThan(5000);
});
