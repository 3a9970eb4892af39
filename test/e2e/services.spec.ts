import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, isAlive, processesIn, TestHub, until } from '../support/hub.js';
import { commandLineOf, environmentOf, MOCK, processesWith } from '../support/programs.js';

const ADMIN = 'services-test-admin-0123456789';
const SECRETS = {
  admin: ADMIN,
  person: 'services-test-person-0123456789',
  external: 'services-test-external-0123456789',
  environment: 'services-test-environment-0123456789',
};

interface Run {
  state: string;
  restarts: number;
  next_start: string | null;
  exit: { code: number | null; signal: string | null; error: string | null } | null;
}
interface ServiceModel {
  pid: number;
  /** For a moment after the start there is no more than the description. */
  elara: Run;
}

let hub: TestHub;

async function hubWithServices(): Promise<TestHub> {
  const port = await freePort();
  return new TestHub({
    JupyterHub: {
      api_tokens: { [SECRETS.person]: 'ada' },
      services: [
        { name: 'watcher', api_token: ADMIN, admin: true },
        { name: 'external', api_token: SECRETS.external },
        { name: 'steady', url: `http://127.0.0.1:${port}`, command: MOCK, environment: { SOME_SECRET: SECRETS.environment } },
        { name: 'crashes', command: [...MOCK, '--exit', '3'] },
        { name: 'missing', command: ['no-such-command-anywhere'] },
      ],
    },
  }).start();
}

async function service(name: string): Promise<ServiceModel> {
  return (await (await hub.request('GET', `/services/${name}`, { token: ADMIN })).json()) as ServiceModel;
}

const running = (name: string) =>
  until(`the service ${name} runs`, async () => {
    const found = await service(name);
    return found.elara?.state === 'running' && found;
  });

describe('a hub with services', () => {
  beforeAll(async () => void (hub = await hubWithServices()));
  afterAll(() => hub.dispose(ADMIN));

  test('says whose tokens it takes from the config, and they work', async () => {
    for (const name of ['ada', 'watcher', 'external']) expect(hub.log).toContain(`Adding API token for ${name}\n`);
    for (const [name, token] of [['ada', SECRETS.person], ['watcher', ADMIN], ['external', SECRETS.external]] as const) {
      expect(await (await hub.request('GET', '/user', { token })).json()).toMatchObject({ name });
    }
  });

  test('starts a service that ends again and again ever later, and lives on', async () => {
    const { elara } = await until('it was restarted twice', async () => {
      const found = await service('crashes');
      return found.elara?.state === 'backoff' && found.elara.restarts >= 2 && found;
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
      return found.elara?.exit ? found : undefined;
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
      return found.elara?.state === 'running' && found.pid !== before.pid && found;
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
