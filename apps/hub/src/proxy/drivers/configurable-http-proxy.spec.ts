import { createServer, get, type Server } from 'node:http';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_RESTART_POLICY, freePort, identify, waitForTcp } from '#process';
import { hubConfigSchema } from '../../config/schema.js';
import { hubUrls } from '../../config/urls.js';
import { chpArguments, chpProgram } from './chp-command.js';
import { ConfigurableHttpProxy } from './configurable-http-proxy.js';
import type { Route } from './proxy-driver.js';

const BUNDLED = chpProgram(['configurable-http-proxy']);
const never = new AbortController().signal;

let folder: string;
let ports: { public: number; api: number };
let proxies: ConfigurableHttpProxy[];
let backend: Server;
let target: string;

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elara-chp-'));
  ports = { public: await freePort(), api: await freePort() };
  proxies = [];
  backend = createServer((request, response) => response.end(`backend ${request.url}`)).listen(0, '127.0.0.1');
  await new Promise((done) => backend.once('listening', done));
  target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  backend.close();
  await rm(folder, { recursive: true });
});

function configOf(chp: object = {}, hub: object = {}) {
  const config = hubConfigSchema.parse({
    JupyterHub: { bind_url: `http://127.0.0.1:${ports.public}/`, ...hub },
    ConfigurableHTTPProxy: { command: BUNDLED, api_url: `http://127.0.0.1:${ports.api}`, pid_file: join(folder, 'proxy.pid'), ...chp },
    Elara: { log_dir: join(folder, 'logs') },
  });
  return [config, hubUrls(config)] as const;
}

function proxyOf(chp: object = {}, hub: object = {}): ConfigurableHttpProxy {
  const proxy = new ConfigurableHttpProxy(...configOf(chp, hub));
  proxies.push(proxy);
  return proxy;
}

/** Starts the proxy as a hub would that is gone by now: one that lives would start its proxy anew when the next hub ends it. */
async function startedByEarlierHub(): Promise<void> {
  const { delayMs } = DEFAULT_RESTART_POLICY;
  DEFAULT_RESTART_POLICY.delayMs = 60_000;
  await proxyOf().start(never).finally(() => (DEFAULT_RESTART_POLICY.delayMs = delayMs));
}

const fetchText = (path: string) =>
  new Promise<string>((resolve, reject) => {
    get(`http://127.0.0.1:${ports.public}${path}`, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
const pidOf = async () => Number(await readFile(join(folder, 'proxy.pid'), 'utf8'));
const userRoute = (): Route => ({ spec: '/user/un%20a@b/', target, data: { user: 'un a@b', server_name: '' } });

describe('routes', () => {
  test('are added, listed, followed and removed', async () => {
    const proxy = proxyOf();
    await proxy.start(never);
    expect([await proxy.routes(), await proxy.has('/')]).toEqual([new Map(), false]);
    await proxy.add(userRoute());
    await proxy.add({ spec: '/', target, data: { hub: true } });
    const routes = await proxy.routes();
    expect([...routes.keys()].sort()).toEqual(['/', '/user/un%20a@b/']);
    expect(routes.get('/user/un%20a@b/')).toMatchObject({ ...userRoute(), data: { last_activity: expect.stringMatching(/^\d{4}-.*Z$/) } });
    expect(await fetchText('/user/un%20a@b/x?y=1')).toBe('backend /user/un%20a@b/x?y=1');
    expect([await proxy.has('/'), await proxy.has('/user/un%20a@b/'), await proxy.has('/user/none/')]).toEqual([true, true, false]);
    await proxy.remove('/user/un%20a@b/');
    await proxy.remove('/user/un%20a@b/');
    expect([...(await proxy.routes()).keys()]).toEqual(['/']);
  });

  test('that would change another one are refused', async () => {
    const proxy = proxyOf();
    await proxy.start(never);
    await expect(proxy.add({ ...userRoute(), spec: '/user/../' })).rejects.toThrow('because it is no plain path');
    await expect(proxy.remove('/user/%2e%2e/')).rejects.toThrow('because it is no plain path');
  });
});

describe('a proxy of its own', () => {
  test('keeps its token from others', async () => {
    const proxy = proxyOf();
    await proxy.start(never);
    const record = join(folder, 'proxy.pid.json');
    expect((await stat(record)).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(await readFile(record, 'utf8')) as { token: string };
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(`/proc/${await pidOf()}/cmdline`, 'utf8')).not.toContain(token);
  });

  test('outlives the hub, and the next one goes on with it', async () => {
    const first = proxyOf();
    await first.start(never);
    await first.add(userRoute());
    const pid = await pidOf();
    const second = proxyOf();
    await second.start(never);
    expect(await pidOf()).toBe(pid);
    expect([...(await second.routes()).keys()]).toEqual([userRoute().spec]);
    await second.stop();
    await expect.poll(() => identify(pid)).toBeUndefined();
    await expect(stat(join(folder, 'proxy.pid.json'))).rejects.toThrow('ENOENT');
  });

  test('is started anew when it should run otherwise', async () => {
    await startedByEarlierHub();
    const pid = await pidOf();
    await proxyOf({ log_level: 'warn' }).start(never);
    expect(await pidOf()).not.toBe(pid);
    expect(identify(pid)).toBeUndefined();
  });

  test('is started anew when it does not take the token', async () => {
    await startedByEarlierHub();
    const pid = await pidOf();
    const second = proxyOf({ auth_token: 'of-the-config' });
    await second.start(never);
    expect(await pidOf()).not.toBe(pid);
    expect(await second.routes()).toEqual(new Map());
  });

  test('that JupyterHub left is ended by its pid file', async () => {
    await startedByEarlierHub();
    const pid = await pidOf();
    await rm(join(folder, 'proxy.pid.json'));
    await proxyOf().start(never);
    expect(await pidOf()).not.toBe(pid);
  });

  test('is not mistaken for whoever has its pid now', async () => {
    await writeFile(join(folder, 'proxy.pid'), String(process.pid));
    await proxyOf().start(never);
    expect(await pidOf()).not.toBe(process.pid);
  });

  test('comes back when it dies, and says so', async () => {
    const proxy = proxyOf();
    await proxy.start(never);
    const back = new Promise<void>((done) => (proxy.onReset = done));
    const pid = await pidOf();
    process.kill(pid, 'SIGKILL');
    await back;
    expect(await pidOf()).not.toBe(pid);
    expect(await proxy.has('/')).toBe(false);
  }, 15_000);

  test('a change waits for it while it is away', async () => {
    const proxy = proxyOf();
    await proxy.start(never);
    process.kill(await pidOf(), 'SIGKILL');
    await proxy.add(userRoute());
    expect(await fetchText('/user/un%20a@b/')).toBe('backend /user/un%20a@b/');
  }, 15_000);
});

describe('a start that cannot be', () => {
  test.each(['public', 'api'] as const)('names who holds the %s port', async (which) => {
    const holder = createServer().listen(ports[which], '127.0.0.1');
    await waitForTcp('127.0.0.1', ports[which], { timeoutMs: 2000 });
    await expect(proxyOf().start(never)).rejects.toThrow(new RegExp(`port ${ports[which]} is held by process ${process.pid}: .+`));
    holder.close();
  });

  test('tells what the proxy said', async () => {
    const command = [process.execPath, '-e', 'console.error("bad certificate"); process.exit(4)', '--'];
    const failed = proxyOf({ command }).start(never);
    await expect(failed).rejects.toThrow(/cannot start the proxy: because it ended with status 4[^]*bad certificate/);
  });

  test('tells that there is no proxy', async () => {
    await expect(proxyOf({ command: ['/nowhere/chp'] }).start(never)).rejects.toThrow(/cannot start the proxy: .*\/nowhere\/chp/);
  });

  test('tells that its pid file cannot be written, and leaves nothing', async () => {
    await expect(proxyOf({ pid_file: join(folder, 'none', 'proxy.pid') }).start(never)).rejects.toThrow(/its pid file cannot be written: .*ENOENT/);
    await expect(waitForTcp('127.0.0.1', ports.api, { timeoutMs: 100 })).rejects.toThrow();
  });

  test('ends when it is not wanted any more', async () => {
    const hub = new AbortController();
    const failed = proxyOf({ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)', '--'] }).start(hub.signal);
    setTimeout(() => hub.abort(new Error('the hub stops')), 200);
    await expect(failed).rejects.toThrow('the hub stops');
  });
});

describe('a proxy that runs by itself', () => {
  test('is used, and left alone', async () => {
    const own = proxyOf({ auth_token: 'shared' });
    await own.start(never);
    const pid = await pidOf();
    const other = proxyOf({ should_start: false, auth_token: 'shared', pid_file: join(folder, 'other.pid') });
    await other.start(never);
    await other.add(userRoute());
    await other.stop();
    expect(identify(pid)).toBeDefined();
    expect(await own.has(userRoute().spec)).toBe(true);
  });

  test('needs a token', async () => {
    await expect(proxyOf({ should_start: false }).start(never)).rejects.toThrow('its token is not known');
  });

  test('that refuses the token is told from one that is away', async () => {
    await proxyOf({ auth_token: 'right' }).start(never);
    await expect(proxyOf({ should_start: false, auth_token: 'wrong' }).start(never)).rejects.toThrow('it refuses the token');
  });

  test('can move', async () => {
    await proxyOf({ auth_token: 'right' }).start(never);
    const proxy = proxyOf({ should_start: false, auth_token: 'wrong', api_url: 'http://127.0.0.1:9' });
    proxy.connect({ apiUrl: `http://127.0.0.1:${ports.api}`, token: 'right' });
    expect(await proxy.routes()).toEqual(new Map());
  });
});

test('the command line is JupyterHub’s', () => {
  const hub = { bind_url: 'http://:8000/team/', hub_bind_url: 'http://127.0.0.1:8081', ssl_key: '/k', ssl_cert: '/c' };
  expect(chpArguments(...configOf({ api_url: 'http://127.0.0.1:8001' }, hub)).join(' ')).toBe(
    '--ip  --port 8000 --api-ip 127.0.0.1 --api-port 8001 --error-target http://127.0.0.1:8081/team/hub/error --log-level info --ssl-key /k --ssl-cert /c',
  );
  expect(chpArguments(...configOf({ debug: true }))).toContain('debug');
});
