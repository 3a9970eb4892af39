import { readdirSync, readlinkSync } from 'node:fs';
import { get } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, test } from 'vitest';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { hubUrls } from '../../apps/hub/src/config/urls.js';
import { Health } from '../../apps/hub/src/news/health.js';
import { ConfigurableHttpProxy } from '../../apps/hub/src/proxy/drivers/configurable-http-proxy.js';
import { ProxyService } from '../../apps/hub/src/proxy/proxy.service.js';
import { freePort, isAlive, root, TestHub, until } from '../support/hub.js';
import { endPrograms, launch, type Program } from '../support/programs.js';

const ADMIN = 'proxy-test-admin-0123456789';
const CHP = path.join(root, 'node_modules', '.bin', 'configurable-http-proxy');
const SERVICES = [{ name: 'watcher', api_token: ADMIN, admin: true }];

let hub: TestHub | undefined;
afterEach(async () => {
  await hub?.dispose(ADMIN);
  hub = undefined;
  endPrograms();
});

const answers = (url: string) => fetch(url).then(({ ok }) => ok, () => false);

describe('a proxy that hangs', () => {
  test('is ended and started anew, with its routes', async () => {
    hub = await new TestHub({ JupyterHub: { services: SERVICES } }).start();
    const hung = hub.proxyPid;
    process.kill(hung, 'SIGSTOP');
    await until('another proxy runs', () => hub!.proxyPid !== hung && isAlive(hub!.proxyPid), 60_000);
    expect(isAlive(hung)).toBe(false);
    await until('the hub can be reached', () => answers(`${hub!.base}/hub/health`));
    expect(hub.log).toMatch(/Proxy stopped: .*its liveness probe failed 3 times in a row \(no answer within 5 s\)/);
  }, 90_000);

  test('does not hold up whoever adds a service, which is routed when it is back', async () => {
    hub = await new TestHub({ JupyterHub: { services: SERVICES } }).start();
    process.kill(hub.proxyPid, 'SIGSTOP');
    const begin = Date.now();
    const request = { method: 'POST', headers: { Authorization: `token ${ADMIN}` }, body: JSON.stringify({ url: `http://127.0.0.1:${hub.hubPort}` }) };
    const { status } = await fetch(`http://127.0.0.1:${hub.hubPort}/hub/api/services/later`, request);
    expect([status, Date.now() - begin < 5000]).toEqual([201, true]);
    process.kill(hub.proxyPid, 'SIGCONT');
    const routes = async () => (await hub!.request('GET', '/proxy', { token: ADMIN })).json() as Promise<object>;
    await until('the service has its route', async () => '/services/later/' in (await routes()));
  });
});

describe('a proxy that runs by itself', () => {
  async function proxy(): Promise<Program> {
    const args = ['--ip', '127.0.0.1', '--port', String(hub!.port), '--api-ip', '127.0.0.1', '--api-port', String(hub!.proxyPort)];
    const program = launch([CHP, ...args], { env: { CONFIGPROXY_AUTH_TOKEN: 'the-token-of-both' } });
    await until('the proxy answers', () => answers(`${hub!.base}/_chp_healthz`));
    return program;
  }

  test('has its routes back a moment after it was started anew, and is missed when it hangs', async () => {
    hub = await new TestHub({ JupyterHub: { services: SERVICES }, ConfigurableHTTPProxy: { should_start: false, auth_token: 'the-token-of-both' } }).configure();
    const first = await proxy();
    await hub.start();
    process.kill(first.pid, 'SIGKILL');
    await until('it is gone', () => !isAlive(first.pid));
    const second = await proxy();
    const begin = Date.now();
    await until('the hub can be reached', () => answers(`${hub!.base}/hub/health`));
    expect(Date.now() - begin).toBeLessThan(4000);
    process.kill(second.pid, 'SIGSTOP');
    await until('the hub says so', () => hub!.log.includes('The proxy does not answer: ') && hub!.log.split('The proxy does not answer: ').length >= 2, 30_000);
    process.kill(second.pid, 'SIGCONT');
    await until('the hub says that it is back', () => hub!.log.trimEnd().endsWith('The proxy answers again'), 30_000);
    expect(isAlive(second.pid)).toBe(true);
  }, 90_000);
});

test('5,000 routes of a proxy that was killed are back soon', async () => {
  Logger.overrideLogger(false);
  const folder = await mkdtemp(path.join(tmpdir(), 'elara-proxy-'));
  const pidFile = path.join(folder, 'proxy.pid');
  const config = hubConfigSchema.parse({
    JupyterHub: { bind_url: `http://127.0.0.1:${await freePort()}/` },
    ConfigurableHTTPProxy: { api_url: `http://127.0.0.1:${await freePort()}`, pid_file: pidFile },
    Elara: { log_dir: path.join(folder, 'logs') },
  });
  const proxy = new ProxyService(config, hubUrls(config), new ConfigurableHttpProxy(config, hubUrls(config)), new Health());
  const wanted = Array.from({ length: 5000 }, (_, n) => ({ spec: `/user/user-${n}/`, target: 'http://127.0.0.1:9', data: { user: `user-${n}`, server_name: '' } }));
  proxy.addSource('servers', () => Promise.resolve(wanted));
  await proxy.start(new AbortController().signal);
  try {
    await proxy.check();
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
    const begin = Date.now();
    await until('all are back', async () => (await proxy.table().catch(() => new Map())).size === 5001, 60_000);
    // 5 s on a machine that has nothing else to do
    expect(Date.now() - begin).toBeLessThan(20_000);
  } finally {
    await proxy.stop();
    await rm(folder, { recursive: true });
    Logger.overrideLogger(['log', 'warn', 'error', 'fatal']);
  }
}, 120_000);

/** How many sockets a process has open. */
function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(path.join(folder, fd)).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

/** One try of a tab that was left open; resolves with the status of the answer once the connection has been closed. */
const tryWebsocket = (url: string) =>
  new Promise<number>((resolve, reject) => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const request = get(url, { headers, agent: false }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode!));
    });
    request.once('error', reject);
    request.setTimeout(20_000, () => request.destroy(new Error('left open')));
  });

test('500 websockets that come back to a server that is gone leave no socket open', async () => {
  hub = await new TestHub({ JupyterHub: { services: SERVICES } }).start();
  const pids = [hub.process!.pid!, hub.proxyPid];
  await tryWebsocket(`${hub.base}/user/ada/api/kernels/1/channels`);
  const before = pids.map(socketsOf);
  for (let round = 0; round < 10; round++) {
    const statuses = await Promise.all(Array.from({ length: 50 }, () => tryWebsocket(`${hub!.base}/user/ada/api/kernels/1/channels`)));
    expect(new Set(statuses)).toEqual(new Set([424]));
  }
  await until('all sockets are closed', () => pids.every((pid, n) => socketsOf(pid) <= before[n]! + 2), 20_000);
}, 90_000);
