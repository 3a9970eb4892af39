import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from '../fakes/browser.js';
import { freePort, isAlive, processesIn, root, TestHub, until } from '../support/hub.js';
import { commandLineOf, endPrograms, environmentOf, launch, processesWith } from '../support/programs.js';

const ADMIN = 'services-test-admin-0123456789';
const SECRETS = {
  admin: ADMIN,
  person: 'services-test-person-0123456789',
  boss: 'services-test-boss-0123456789',
  culler: 'services-test-culler-0123456789',
  board: 'services-test-board-0123456789',
  environment: 'services-test-environment-0123456789',
};
const MOCK = [process.execPath, path.join(root, 'test', 'conformance', 'mock-singleuser.mjs')];
const bin = (name: string) => path.join(root, 'bin', name);
const CULL_SCOPES = ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'];

interface Run {
  state: string;
  restarts: number;
  next_start: string | null;
  exit: { code: number | null; signal: string | null; error: string | null } | null;
}
interface ServiceModel {
  pid: number;
  elara: Run;
}

let hub: TestHub;
let boardPort: number;

async function hubWithServices(): Promise<TestHub> {
  const [steadyPort, announcementPort] = [await freePort(), await freePort()];
  boardPort = await freePort();
  return new TestHub({
    JupyterHub: {
      api_tokens: { [SECRETS.person]: 'ada', [SECRETS.boss]: 'boss' },
      services: [
        { name: 'watcher', api_token: ADMIN, admin: true },
        { name: 'culler', api_token: SECRETS.culler },
        { name: 'board', api_token: SECRETS.board, url: `http://127.0.0.1:${boardPort}`, oauth_client_allowed_scopes: ['read:users!user'] },
        { name: 'steady', url: `http://127.0.0.1:${steadyPort}`, command: MOCK, environment: { SOME_SECRET: SECRETS.environment } },
        { name: 'crashes', command: [...MOCK, '--exit', '3'] },
        { name: 'missing', command: ['no-such-command-anywhere'] },
        { name: 'announcement', url: `http://127.0.0.1:${announcementPort}`, command: [process.execPath, bin('elara-announcement')] },
      ],
      load_roles: [
        { name: 'culler', scopes: CULL_SCOPES, services: ['culler'] },
        { name: 'board', scopes: ['read:users:name'], services: ['board', 'announcement'] },
        { name: 'user', scopes: ['self', 'access:services'] },
      ],
    },
    Authenticator: { admin_users: ['boss'] },
    Spawner: { cmd: MOCK },
  }).start();
}

async function service(name: string): Promise<ServiceModel> {
  return (await (await hub.request('GET', `/services/${name}`, { token: ADMIN })).json()) as ServiceModel;
}

const running = (name: string) =>
  until(`the service ${name} runs`, async () => {
    const found = await service(name);
    // for a moment after the start there is no more than the description
    return found.elara?.state === 'running' && found;
  });

afterEach(endPrograms);

describe('a hub with services', () => {
  beforeAll(async () => void (hub = await hubWithServices()));
  afterAll(() => hub.dispose(ADMIN));

  test('says whose tokens it takes from the config, and they work', async () => {
    for (const name of ['ada', 'boss', 'watcher', 'culler', 'board']) expect(hub.log).toContain(`Adding API token for ${name}\n`);
    for (const [name, token] of [['ada', SECRETS.person], ['watcher', ADMIN]] as const) {
      expect(await (await hub.request('GET', '/user', { token })).json()).toMatchObject({ name });
    }
  });

  test('starts a service that ends again and again ever later, and lives on', async () => {
    const { elara } = await until('it was restarted twice', async () => {
      const found = await service('crashes');
      return found.elara.restarts >= 2 && found.elara.state === 'backoff' && found;
    });
    expect(elara.exit).toMatchObject({ code: 3, signal: null, error: null });
    expect(Date.parse(elara.next_start!)).toBeGreaterThan(Date.now() - 1000);
    const waits = [...hub.log.matchAll(/Service crashes exited with status 3\n.*Restarting service crashes in ([\d.]+) s/g)].map(([, wait]) => Number(wait));
    // half a second, doubled each time, and up to a tenth on top
    for (const [index, wait] of waits.entries()) expect(wait / (0.5 * 2 ** index)).toSatisfy((factor: number) => factor >= 0.99 && factor < 1.15);
    expect(waits.length).toBeGreaterThan(1);
    expect((await hub.request('GET', '/health')).status).toBe(200);
  });

  test('tells what is wrong with a service whose command is not there', async () => {
    const { elara, pid } = await until('its start has failed', async () => {
      const found = await service('missing');
      return found.elara.exit && found;
    });
    expect(['backoff', 'starting']).toContain(elara.state);
    expect(elara.exit!.error).toMatch(/cannot run no-such-command-anywhere: it is in no folder of PATH/);
    expect(pid).toBe(0);
    expect(hub.log).toContain('Failed to start service missing: cannot run no-such-command-anywhere');
  });

  test('starts a service anew that was killed, with the same token', async () => {
    const before = await running('steady');
    const { JUPYTERHUB_API_TOKEN: token } = environmentOf(before.pid);
    process.kill(before.pid, 'SIGKILL');
    const after = await until('another process runs', async () => {
      const found = await service('steady');
      return found.elara.state === 'running' && found.pid !== before.pid && found;
    });
    expect(after.elara.exit).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(environmentOf(after.pid).JUPYTERHUB_API_TOKEN).toBe(token);
    expect((await fetch(`${hub.base}/services/steady/`)).status).toBe(200);
  });

  test('keeps secrets out of command lines, logs and the files of others', async () => {
    const { pid } = await running('steady');
    const environment = environmentOf(pid);
    expect(environment.SOME_SECRET).toBe(SECRETS.environment);
    const record = JSON.parse(readFileSync(path.join(hub.dir, 'jupyterhub-proxy.pid.json'), 'utf8')) as { token: string };
    const cookieSecret = readFileSync(path.join(hub.dir, 'jupyterhub_cookie_secret'), 'utf8').trim();
    const secrets = [...Object.values(SECRETS), environment.JUPYTERHUB_API_TOKEN!, record.token, cookieSecret];
    for (const process of [hub.process!.pid!, ...processesIn(hub.dir)]) {
      const words = commandLineOf(process).join(' ');
      for (const secret of secrets) expect(words).not.toContain(secret);
    }
    const logs = readdirSync(path.join(hub.dir, 'logs'), { recursive: true, encoding: 'utf8' }).map((file) => path.join(hub.dir, 'logs', file));
    for (const file of [path.join(hub.dir, 'hub.log'), ...logs].filter((name) => statSync(name).isFile())) {
      const text = readFileSync(file, 'utf8');
      for (const secret of secrets) expect(text.includes(secret), `a secret in ${file}`).toBe(false);
    }
    for (const file of ['jupyterhub-proxy.pid.json', 'jupyterhub_cookie_secret']) expect(statSync(path.join(hub.dir, file)).mode & 0o077, file).toBe(0);
  });

  describe('the announcement', () => {
    const TEXT = 'Maintenance <script>alert("x")</script> & a break at noon';
    const post = (token: string, at = 'announcement', announcement: unknown = TEXT) =>
      fetch(`${hub.base}/services/${at}/`, { method: 'POST', headers: { Authorization: `token ${token}` }, body: JSON.stringify({ announcement }) });

    test('is taken from nobody but admins', async () => {
      await running('announcement');
      expect((await post(SECRETS.person)).status).toBe(403);
      expect((await post('nobody-has-this-token')).status).toBe(403);
      expect((await fetch(`${hub.base}/services/announcement/`, { method: 'POST', body: '{"announcement":"x"}' })).status).toBe(403);
      expect(await (await fetch(`${hub.base}/services/announcement/latest`)).json()).toMatchObject({ announcement: '' });
    });

    test('of an admin stands on the pages of the hub, escaped, until it is taken down', async () => {
      await running('announcement');
      expect((await post(SECRETS.boss, 'announcement', '  ')).status).toBe(400);
      const answer = await post(SECRETS.boss);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ announcement: TEXT, user: 'boss' });
      const browser = new Browser();
      const login = await until('the login page shows it', async () => {
        const page = await browser.open(`${hub.base}/hub/login`);
        return page.text.includes('a break at noon') && page;
      });
      await browser.submit(`${hub.base}/hub/login`, { username: 'ada', password: 'secret', _xsrf: browser.cookie('_xsrf')!.value });
      for (const { text } of [login, await browser.open(`${hub.base}/hub/home`), await browser.open(`${hub.base}/services/announcement/`)]) {
        expect(text).toMatch(/Maintenance &lt;script&gt;alert\(&(quot|#34);x&(quot|#34);\)&lt;\/script&gt; &amp; a break at noon/);
        expect(text).not.toContain('<script>alert');
      }
      const gone = await fetch(`${hub.base}/services/announcement/`, { method: 'DELETE', headers: { Authorization: `token ${SECRETS.boss}` } });
      expect(gone.status).toBe(200);
      await until('the login page does without', async () => !(await browser.open(`${hub.base}/hub/home`)).text.includes('a break at noon'));
    });

    test('is also served by a board started by hand', async () => {
      const args = ['--name=board', `--listen=http://127.0.0.1:${boardPort}`, `--url=http://127.0.0.1:${hub.hubPort}/hub/api`];
      const board = launch([process.execPath, bin('elara-announcement'), ...args], { cwd: hub.dir, env: { JUPYTERHUB_API_TOKEN: SECRETS.board } });
      await until('the board listens', () => board.output().includes('serving /services/board/'));
      expect((await post(SECRETS.person, 'board')).status).toBe(403);
      expect((await post(SECRETS.boss, 'board')).status).toBe(200);
      const browser = new Browser();
      await browser.open(`${hub.base}/hub/login`);
      await browser.submit(`${hub.base}/hub/login`, { username: 'boss', password: 'secret', _xsrf: browser.cookie('_xsrf')!.value });
      expect((await browser.open(`${hub.base}/hub/home`)).status).toBe(200);
      board.kill();
      expect(await board.ended).toBe(0);
    });
  });

  test('is culled by hand with nothing but an address and a token', async () => {
    await hub.request('POST', '/users/lazy', { token: ADMIN });
    expect((await hub.request('POST', '/users/lazy/server', { token: ADMIN })).status).toBe(201);
    const [pid] = processesWith({ JUPYTERHUB_USER: 'lazy' }) as [number];
    const args = [`--url=http://127.0.0.1:${hub.hubPort}/hub/api`, '--timeout=1', '--cull-every=1'];
    const culler = launch([process.execPath, bin('elara-cull-idle'), ...args], { cwd: hub.dir, env: { JUPYTERHUB_API_TOKEN: SECRETS.culler } });
    await until('it has culled the server', () => !isAlive(pid));
    await until('it says so', () => /stopping server lazy: idle for 00:00:0\d.*idle limit is 00:00:01/.test(culler.output()));
    culler.kill('SIGINT');
    expect(await culler.ended).toBe(0);
    expect(culler.output()).not.toContain(SECRETS.culler);
  });

  test.each([
    [{ JUPYTERHUB_API_TOKEN: '' }, 2, 'JUPYTERHUB_API_TOKEN is not set'],
    [{ JUPYTERHUB_API_TOKEN: 'x', JUPYTERHUB_API_URL: '' }, 2, "give the address of the hub's API with --url"],
  ])('is not culled with %j', async (env, status, message) => {
    const culler = launch([process.execPath, bin('elara-cull-idle')], { cwd: hub.dir, env });
    expect(await culler.ended).toBe(status);
    expect(culler.output()).toContain(message);
  });
});

describe('services and the life of the hub', () => {
  const marks = (name: string) => ({ JUPYTERHUB_SERVICE_NAME: name, JUPYTERHUB_API_URL: `http://127.0.0.1:${hub.hubPort}/hub/api` });
  beforeAll(async () => {
    hub = await new TestHub({
      JupyterHub: {
        services: [
          { name: 'watcher', api_token: ADMIN, admin: true },
          { name: 'one', command: MOCK },
          { name: 'two', command: ['/bin/sh', '-c', `"$0" "$1" & wait`, ...MOCK] },
        ],
      },
    }).start();
  });
  afterAll(() => hub.dispose(ADMIN));

  test('after a kill -9, the next start leaves each service running once', async () => {
    const before = [await running('one'), await running('two')].map(({ pid }) => pid);
    await hub.kill('SIGKILL');
    for (const pid of before) expect(isAlive(pid)).toBe(true);
    await hub.start();
    const after = [await running('one'), await running('two')].map(({ pid }) => pid);
    for (const pid of before) {
      expect(isAlive(pid)).toBe(false);
      expect(hub.log).toContain(`Ending process ${pid} of service`);
    }
    expect(processesWith(marks('one')).filter(isAlive)).toEqual([after[0]]);
    // the shell and what it started
    await until('both of the other run', () => processesWith(marks('two')).filter(isAlive).length === 2);
    for (const pid of processesWith(marks('two'))) expect(environmentOf(pid).JUPYTERHUB_API_TOKEN).toBe(environmentOf(after[1]!).JUPYTERHUB_API_TOKEN);
  });

  test('a hub that stops takes all of them along, and what they started', async () => {
    await until('all of them run', () => processesWith(marks('two')).filter(isAlive).length === 2);
    const pids = [...processesWith(marks('one')), ...processesWith(marks('two'))];
    expect(await hub.kill('SIGTERM')).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(processesIn(hub.dir).filter(isAlive)).toEqual([hub.proxyPid]);
  });
});

test('the managed culler stops what is idle, and leaves what is busy', async () => {
  const cull = [process.execPath, bin('elara-cull-idle'), '--timeout=2', '--cull-every=1', '--remove-named-servers'];
  hub = new TestHub({
    JupyterHub: {
      allow_named_servers: true,
      services: [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'cull-idle', command: cull }],
      load_roles: [{ name: 'culler', scopes: CULL_SCOPES, services: ['cull-idle'] }],
    },
    Spawner: { cmd: MOCK },
  });
  let busy = true;
  try {
    await hub.start();
    for (const user of ['idle', 'busy']) await hub.request('POST', `/users/${user}`, { token: ADMIN });
    const servers = ['/users/busy/server', '/users/idle/server', '/users/idle/servers/lab'];
    for (const server of servers) expect((await hub.request('POST', server, { token: ADMIN })).status).toBe(201);
    const [busyPid] = processesWith({ JUPYTERHUB_USER: 'busy' }) as [number];
    const idlePids = processesWith({ JUPYTERHUB_USER: 'idle' });
    expect(idlePids).toHaveLength(2);
    const at = () => new Date().toISOString();
    const work = until('the work is done', async () => {
      await hub.request('POST', '/users/busy/activity', { token: ADMIN, body: { servers: { '': { last_activity: at() } } } });
      return !busy;
    });
    await until('the idle processes are gone', () => !idlePids.some(isAlive));
    const models = async (user: string) =>
      ((await (await hub.request('GET', `/users/${user}?include_stopped_servers`, { token: ADMIN })).json()) as { servers: Record<string, { ready: boolean; stopped: boolean }> }).servers;
    const idle = await until('the named server is forgotten', async () => {
      const found = await models('idle');
      return Object.keys(found).join() === '' && found[''] ? found : false;
    });
    expect(idle['']).toMatchObject({ ready: false, stopped: true });
    expect((await models('busy'))['']).toMatchObject({ ready: true });
    expect(isAlive(busyPid)).toBe(true);
    expect(Object.keys((await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as object).sort()).toEqual(['/', '/user/busy/']);
  } finally {
    busy = false;
    await hub.dispose(ADMIN);
  }
});
