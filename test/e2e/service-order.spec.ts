import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service, ServiceRun } from '#hub-client';
import { freePort, isAlive, processesIn, TestHub, until } from '../support/hub.js';
import { MOCK, processesWith } from '../support/programs.js';

const ADMIN = 'service-order-admin-0123456789';
const FOREVER = ['/bin/sh', '-c', 'while :; do sleep 1; done'];
const admin = { name: 'watcher', api_token: ADMIN, admin: true };

let hub: TestHub;

const runOf = async (name: string): Promise<ServiceRun | undefined> =>
  ((await (await hub.request('GET', `/services/${name}`, { token: ADMIN })).json()) as Service).elara;
const inState = (name: string, state: string) =>
  until(`${name} is ${state}`, async () => {
    const run = await runOf(name);
    return run?.state === state && run;
  });
const timeOf = (run: ServiceRun, wanted: string) => Date.parse(run.events.find(({ state }) => state === wanted)!.time);

describe('services that wait for each other', () => {
  let startMs: number;
  beforeAll(async () => {
    const [dbPort, deafPort] = [await freePort(), await freePort()];
    hub = new TestHub({
      JupyterHub: {
        services: [
          admin,
          { name: 'app', command: FOREVER, requires: ['db'] },
          { name: 'side', command: FOREVER, after: ['app', 'deaf'] },
          { name: 'db', command: MOCK, url: `http://127.0.0.1:${dbPort}` },
          // never listens
          { name: 'deaf', command: FOREVER, url: `http://127.0.0.1:${deafPort}`, timeout: 3 },
          { name: 'orphaned', command: FOREVER, requires: ['deaf'] },
        ],
      },
    });
    await hub.configure();
    const begun = Date.now();
    await hub.start();
    startMs = Date.now() - begun;
  });
  afterAll(() => hub.dispose(ADMIN));

  test('a hub serves at once, although one of five never listens', async () => {
    // the one would take three seconds for its first try alone
    expect(timeOf(await inState('deaf', 'backoff'), 'backoff')).toBeGreaterThan(Date.now() - 30_000);
    expect(startMs).toBeLessThan(10_000);
    expect((await hub.request('GET', '/health')).status).toBe(200);
    expect(hub.log.indexOf('Elara is now running')).toBeLessThan(hub.log.indexOf('Cannot connect to managed service deaf'));
  });

  test('each starts when what it requires runs, and what it comes after has settled', async () => {
    const [app, side, db, deaf] = [await inState('app', 'running'), await inState('side', 'running'), await runOf('db'), await runOf('deaf')];
    expect(timeOf(app, 'starting')).toBeGreaterThanOrEqual(timeOf(db!, 'running'));
    expect(timeOf(side, 'starting')).toBeGreaterThanOrEqual(timeOf(deaf!, 'backoff'));
    expect(app.events[0]).toMatchObject({ state: 'stopped', reason: 'waits for db' });
  });

  test('what requires the one that does not come waits, and says for whom', async () => {
    const run = await runOf('orphaned');
    expect(run).toMatchObject({ state: 'stopped', waiting_for: ['deaf'] });
    expect(run!.reason).toMatch(/^waits for deaf \((starting|backoff|stopping)\)$/);
  });
});

describe('a service that is required', () => {
  test('keeps the hub from starting when it cannot run, and nothing is left behind', async () => {
    hub = new TestHub({ JupyterHub: { services: [admin, { name: 'vital', command: ['no-such-program'], required: true }, { name: 'other', command: FOREVER }] } });
    try {
      expect(await hub.startInVain()).toBe(1);
      expect(hub.log).toContain('cannot start: because the service vital is required, and it is backoff: cannot run no-such-program');
      expect(processesIn(hub.dir).filter(isAlive)).toEqual([]);
    } finally {
      await hub.dispose();
    }
  });

  test('is waited for', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    hub = await new TestHub({ JupyterHub: { services: [admin, { name: 'vital', command: MOCK, url, required: true }] } }).start();
    try {
      await until('the hub runs', () => hub.log.includes('Elara is now running'));
      expect(hub.log.indexOf('Service vital is running')).toBeLessThan(hub.log.indexOf('Elara is now running'));
    } finally {
      await hub.dispose(ADMIN);
    }
  });
});

test('a hub that stops ends them in reverse order, whole trees, and is not held up by those that ignore signals', async () => {
  const stubborn = "trap '' INT TERM; echo up; while :; do sleep 1; done";
  const runaway = `setsid sh -c "trap '' INT TERM; while :; do sleep 1; done" & ${stubborn}`;
  hub = await new TestHub({
    JupyterHub: {
      services: [admin, { name: 'db', command: FOREVER }, { name: 'app', command: FOREVER, requires: ['db'] }, { name: 'mule', command: ['/bin/sh', '-c', runaway] }],
    },
  }).start();
  try {
    for (const name of ['db', 'app', 'mule']) await inState(name, 'running');
    const marks = (name: string) => ({ JUPYTERHUB_SERVICE_NAME: name, JUPYTERHUB_API_URL: `http://127.0.0.1:${hub.hubPort}/hub/api` });
    await until('the whole tree runs', () => processesWith(marks('mule')).length >= 3);
    const tree = ['db', 'app', 'mule'].flatMap((name) => processesWith(marks(name)));
    const begun = Date.now();
    expect(await hub.kill()).toBe(0);
    // SIGINT and SIGTERM have ten and five seconds
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(tree.filter(isAlive)).toEqual([]);
    const lines = ['Service app is stopped', 'Service db is stopping', 'Service db is stopped', 'Service mule is stopped'].map((line) => hub.log.indexOf(line));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    expect(lines[0]).toBeGreaterThan(0);
  } finally {
    await hub.dispose();
  }
});
