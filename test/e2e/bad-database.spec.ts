import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { mayMount, mountDisk, unmountDisk } from '../support/disk.js';
import { isAlive, processesIn, TestHub, until } from '../support/hub.js';
import { endPrograms, launch, MOCK } from '../support/programs.js';

const ADMIN = 'bad-database-test-admin-0123456789';
let hub: TestHub;
/** Where small file systems of the tests are mounted. */
const disk = mkdtempSync(path.join(tmpdir(), 'elara-disk-'));
let mounted = false;
afterAll(() => rmdirSync(disk));
afterEach(async () => {
  await hub.dispose(ADMIN);
  endPrograms();
  if (mounted) unmountDisk(disk);
  mounted = false;
});

const hubOn = (file: (dir: string) => string): TestHub => {
  hub = new TestHub({
    JupyterHub: { services: [{ name: 'watcher', api_token: ADMIN, admin: true }] },
    Spawner: { cmd: MOCK },
  });
  hub.set('JupyterHub', 'db_url', `sqlite:///${file(hub.dir)}`);
  return hub;
};

function mountSmallDisk(options: string): void {
  mountDisk(disk, options);
  mounted = true;
}

describe('a database that cannot be used is named, and why', () => {
  test.each([
    ['its folder is missing', (dir: string) => `${dir}/missing/hub.sqlite`, /the file or its folder does not exist or may not be opened/],
    ['it is a folder', (dir: string) => dir, /the file or its folder does not exist or may not be opened/],
    ['it is no database', (dir: string) => `${dir}/notes.txt`, /it is no SQLite database, or a damaged one/],
  ])('%s', async (_why, file, message) => {
    hubOn(file);
    writeFileSync(path.join(hub.dir, 'notes.txt'), 'Remember the milk.\n'.repeat(200));
    expect(await hub.startInVain()).toBe(1);
    expect(hub.log).toContain(`cannot use the database ${file(hub.dir)}: because `);
    expect(hub.log).toMatch(message);
    expect(hub.log).not.toMatch(/^ {4}at /m);
    expect(processesIn(hub.dir).filter(isAlive)).toEqual([]);
  });

  test.skipIf(!mayMount).each([
    ['the place is read-only', 'size=1m,ro', /it is read-only|may not be opened/],
    ['the disk is full', 'size=64k', /the disk is full; free some space/],
  ])('%s', async (_why, options, message) => {
    hubOn(() => `${disk}/hub.sqlite`);
    mountSmallDisk(options);
    expect(await hub.startInVain()).toBe(1);
    expect(hub.log).toContain(`cannot use the database ${disk}/hub.sqlite: because `);
    expect(hub.log).toMatch(message);
    expect(hub.log).not.toMatch(/^ {4}at /m);
  });
});

describe('a database that is locked by another program', () => {
  const HOLD = `
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
held.execute("ROLLBACK")
`;
  async function lockFor(seconds: number): Promise<void> {
    const program = launch(['python3', '-c', HOLD, path.join(hub.dir, 'hub.sqlite'), String(seconds)]);
    await until('the lock is held', () => program.output().includes('held'));
  }

  test('is waited for at start', async () => {
    hubOn((dir) => `${dir}/hub.sqlite`);
    await hub.configure();
    await lockFor(4);
    await hub.start();
    expect(hub.log).toContain(`the database ${hub.dir}/hub.sqlite is locked by another process; waiting for it`);
    expect((await hub.request('POST', '/users/ada', { token: ADMIN })).status).toBe(201);
  });

  test('makes requests wait or come again, and nothing is half done', async () => {
    await hubOn((dir) => `${dir}/hub.sqlite`).start();
    expect((await hub.request('POST', '/users/ada', { token: ADMIN })).status).toBe(201);
    await lockFor(3);
    const [read, ...writes] = await Promise.all([
      hub.request('GET', '/users/ada', { token: ADMIN }),
      hub.request('POST', '/users/bob', { token: ADMIN }),
      hub.request('POST', '/users/ada/server', { token: ADMIN }),
      hub.request('POST', '/users/ada/tokens', { token: ADMIN }),
    ]);
    expect(read.status).toBe(200);
    for (const answer of writes) {
      const body = answer.headers.get('content-type')?.includes('json') ? ((await answer.json()) as { message?: string }) : {};
      expect([200, 201, 202, 503]).toContain(answer.status);
      if (answer.status !== 503) continue;
      expect(body).toMatchObject({ status: 503, message: 'The database is not available right now. Try again in a moment.' });
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    await until('it works again', async () => [201, 409].includes((await hub.request('POST', '/users/bob', { token: ADMIN })).status));
    await until('the server starts', async () => [201, 400].includes((await hub.request('POST', '/users/ada/server', { token: ADMIN })).status));
    const { servers } = (await (await hub.request('GET', '/users/ada', { token: ADMIN })).json()) as { servers: Record<string, { ready: boolean; pending: null }> };
    expect(servers['']).toMatchObject({ ready: true, pending: null });
    expect((await fetch(`${hub.base}/user/ada/`)).status).toBe(200);
  });
});

test.skipIf(!mayMount)('a disk that fills up makes writes fail with 503, until there is room again', async () => {
  hubOn(() => `${disk}/hub.sqlite`);
  mountSmallDisk('size=8m');
  await hub.start();
  const filler = path.join(disk, 'filler');
  // the database may still use what it has; many users soon need more
  writeFileSync(filler, Buffer.alloc(statfsSync(disk).bavail * statfsSync(disk).bsize));
  const many = (batch: number) => Array.from({ length: 2000 }, (_, index) => `user-${batch}-${index}`);
  let batch = 0;
  const refused = await until('a write fails', async () => {
    const answer = await hub.request('POST', '/users', { token: ADMIN, body: { usernames: many(batch++) } });
    return answer.status !== 201 && answer;
  });
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ status: 503, message: expect.stringContaining('database') });
  expect((await hub.request('GET', '/user', { token: ADMIN })).status).toBe(200);
  rmSync(filler);
  expect((await hub.request('POST', '/users', { token: ADMIN, body: { usernames: many(batch) } })).status).toBe(201);
});
