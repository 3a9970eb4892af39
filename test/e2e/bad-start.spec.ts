import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { census } from '../support/census.js';
import { freePort, isAlive, processesIn, root, TestHub, until } from '../support/hub.js';
import { endPrograms, launch, MOCK, type Program } from '../support/programs.js';

const ADMIN = 'bad-start-test-admin-0123456789';
const CHP = path.join(root, 'node_modules', '.bin', 'configurable-http-proxy');
const SERVICES = [{ name: 'watcher', api_token: ADMIN, admin: true }];

let hub: TestHub;
afterEach(async () => {
  await hub.dispose(ADMIN);
  endPrograms();
});

/** Whatever went wrong is told in words, and the hub leaves nothing behind. */
function expectCleanEnd(status: number | null): void {
  expect(status).toBe(1);
  expect(hub.log).not.toMatch(/^ {4}at /m);
  expect(processesIn(hub.dir).filter(isAlive)).toEqual([]);
}

describe('a port that somebody else has', () => {
  async function squatter(port: number): Promise<Program> {
    const program = launch([process.execPath, '-e', `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('listening'))`, 'squatter']);
    await until('the port is taken', () => program.output().includes('listening'));
    return program;
  }

  test.each([
    ['hubPort', (port: number) => `cannot listen on port ${port} (JupyterHub.hub_port)`],
    ['port', (port: number) => `cannot start the proxy: because its public port ${port} is held`],
    ['proxyPort', (port: number) => `cannot start the proxy: because its API port ${port} is held`],
  ] as const)('%s: is named, with the process that has it', async (which, message) => {
    hub = await new TestHub({ JupyterHub: { services: [...SERVICES, { name: 'mock', command: MOCK }] } }).configure();
    const { pid } = await squatter(hub[which]);
    expectCleanEnd(await hub.startInVain());
    expect(hub.log).toContain(message(hub[which]));
    expect(hub.log).toMatch(new RegExp(`process ${pid}\\b.*createServer.*squatter`));
    expect(isAlive(pid)).toBe(true);
  });
});

describe('a proxy that cannot be started', () => {
  test.each([
    ['is not there', ['no-such-proxy-anywhere'], /cannot start the proxy: because cannot run no-such-proxy-anywhere: it is in no folder of PATH/],
    ['ends at once', ['/bin/sh', '-c', 'echo "proxy: out of luck" >&2; exit 7'], /cannot start the proxy: because .*status 7[^]*proxy: out of luck/],
  ])('because it %s', async (_why, command, message) => {
    hub = new TestHub({ JupyterHub: { services: SERVICES }, ConfigurableHTTPProxy: { command } });
    expectCleanEnd(await hub.startInVain());
    expect(hub.log).toMatch(message);
  });
});

test('a start that fails late takes along what it had begun', async () => {
  const services = [...SERVICES, { name: 'mock', command: MOCK }];
  // a proxy that can be asked, and takes no route
  const script = `const [port, api] = ['--port', '--api-port'].map((name) => process.argv[process.argv.indexOf(name) + 1]);
    for (const at of [port, api]) require('http').createServer((q, r) => r.writeHead(q.method === 'GET' ? 200 : 403).end('{}')).listen(at, '127.0.0.1')`;
  hub = new TestHub({ JupyterHub: { services }, ConfigurableHTTPProxy: { command: [process.execPath, '-e', script, '--'] } });
  expectCleanEnd(await hub.startInVain());
  expect(hub.log).toMatch(/Starting proxy[^]*Starting managed service mock[^]*cannot POST the route \/ at the proxy/);
});

test('a route that the proxy cannot take keeps nobody from working', async () => {
  hub = await new TestHub({ JupyterHub: { services: SERVICES }, ConfigurableHTTPProxy: { extra_routes: { '/a/../b/': 'http://127.0.0.1:9' } } }).start();
  expect((await fetch(`${hub.base}/hub/login`)).status).toBe(200);
  expect(hub.log).toContain('Left out of the proxy\'s table: cannot use "/a/../b/" as a route');
});

test('a proxy that is killed comes back with all its routes', async () => {
  const port = await freePort();
  const services = [...SERVICES, { name: 'mock', command: MOCK, url: `http://127.0.0.1:${port}` }];
  hub = await new TestHub({ JupyterHub: { services }, Spawner: { cmd: MOCK } }).start();
  await hub.request('POST', '/users/ada', { token: ADMIN });
  expect((await hub.request('POST', '/users/ada/server', { token: ADMIN })).status).toBe(201);
  const table = async () => Object.keys((await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as object).sort();
  await until('the service has its route', async () => (await table()).includes('/services/mock/'));
  const before = await table();
  const killed = hub.proxyPid;
  process.kill(killed, 'SIGKILL');
  const reaches = (where: string) => until(`${where} can be reached again`, () => fetch(hub.base + where).then((answer) => answer.status === 200, () => false));
  await until('another proxy runs', () => hub.proxyPid !== killed && isAlive(hub.proxyPid));
  for (const where of ['/user/ada/', '/services/mock/', '/hub/health']) await reaches(where);
  expect(await table()).toEqual(before);
  expect(hub.log).toContain('Proxy stopped: ');
  await until('the hub says that all is well', () => hub.log.includes('New proxy back up and good to go'));
});

describe('a proxy that runs by itself', () => {
  const external = (auth_token: string) => ({ JupyterHub: { services: SERVICES }, ConfigurableHTTPProxy: { should_start: false, auth_token } });

  async function proxy(): Promise<Program> {
    await hub.configure();
    const args = ['--ip', '127.0.0.1', '--port', String(hub.port), '--api-ip', '127.0.0.1', '--api-port', String(hub.proxyPort)];
    const program = launch([CHP, ...args], { env: { CONFIGPROXY_AUTH_TOKEN: 'the-right-token' } });
    await until('the proxy answers', () => fetch(`${hub.base}/_chp_healthz`).then((answer) => answer.ok, () => false));
    return program;
  }

  test('is not there', async () => {
    hub = new TestHub(external('the-right-token'));
    expectCleanEnd(await hub.startInVain());
    expect(hub.log).toMatch(new RegExp(`at the proxy \\(http://127.0.0.1:${hub.proxyPort}\\): because .*ECONNREFUSED`));
  });

  test('takes another token', async () => {
    hub = new TestHub(external('the-wrong-token'));
    const { pid } = await proxy();
    expectCleanEnd(await hub.startInVain());
    expect(hub.log).toMatch(/because it refuses the token; see ConfigurableHTTPProxy.auth_token/);
    expect(hub.log).not.toContain('the-wrong-token');
    expect(isAlive(pid)).toBe(true);
  });

  test('cannot be asked without a token', async () => {
    hub = new TestHub(external(''));
    expectCleanEnd(await hub.startInVain());
    expect(hub.log).toMatch(/its token is not known; set ConfigurableHTTPProxy.auth_token, or CONFIGPROXY_AUTH_TOKEN/);
  });

  test('is used, and outlives a hub that is told to take the proxy along', async () => {
    hub = new TestHub(external('the-right-token'));
    const { pid } = await proxy();
    await hub.start();
    expect((await fetch(`${hub.base}/hub/login`)).status).toBe(200);
    await hub.request('POST', '/shutdown', { token: ADMIN, body: { proxy: true, servers: true } });
    await until('the hub has gone', () => hub.process!.exitCode === 0);
    expect(isAlive(pid)).toBe(true);
  });
});

test('a second hub with the same config gives up before it touches what the first one runs', async () => {
  const services = [...SERVICES, { name: 'mock', command: MOCK }];
  hub = await new TestHub({ JupyterHub: { services, cleanup_servers: true, cleanup_proxy: true }, Spawner: { cmd: MOCK } }).start();
  await hub.request('POST', '/users/ada', { token: ADMIN });
  expect((await hub.request('POST', '/users/ada/server', { token: ADMIN })).status).toBe(201);
  const [first, running] = [hub.process, processesIn(hub.dir).filter(isAlive)];
  const token = census(hub).services.get('mock')?.[0]?.env.JUPYTERHUB_API_TOKEN;
  expect(token).toBeDefined();
  expect(await hub.startInVain()).toBe(1);
  expect(hub.log).toContain(`cannot listen on port ${hub.hubPort} (JupyterHub.hub_port): because process ${first!.pid}`);
  hub.process = first;
  expect(processesIn(hub.dir).filter(isAlive)).toEqual(running);
  expect((await hub.request('GET', '/user', { token })).status).toBe(200);
  expect((await fetch(`${hub.base}/user/ada/`)).status).toBe(200);
});
