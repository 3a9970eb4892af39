import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubClient } from '#hub-client';
import { TestHub, until } from '../support/hub.js';
import { endPrograms, launch, launcher, runBin } from '../support/programs.js';

const ADMIN = 'logs-test-admin-0123456789';
/** Says at every millisecond which number it is at: whoever reads it all sees any gap. */
const COUNTER = [process.execPath, '-e', "let n = 0; setInterval(() => require('fs').writeSync(1, `${process.pid} ${n++} ${'.'.repeat(80)}\\n`), 1)"];

let hub: TestHub;
beforeEach(async () => {
  const services = [{ name: 'watcher', api_token: ADMIN, admin: true }, { name: 'counter', command: COUNTER }];
  hub = await new TestHub({ JupyterHub: { services }, Elara: { log_max_bytes: 50_000, log_keep: 2 } }).start();
});
afterEach(async () => {
  endPrograms();
  await hub.dispose(ADMIN);
});

const client = () => new HubClient({ apiUrl: hub.api, token: ADMIN });

/** How far each process has counted; fails at the first gap. */
function countedBy(lines: readonly string[], before = new Map<string, number>()): Map<string, number> {
  const counts = new Map(before);
  for (const line of lines) {
    const [, pid, n] = /^(\d+) (\d+) \.{80}$/.exec(line) ?? [];
    expect([line, pid !== undefined]).toEqual([line, true]);
    if (counts.has(pid!)) expect(Number(n)).toBe(counts.get(pid!)! + 1);
    counts.set(pid!, Number(n));
  }
  return counts;
}

test('nothing is lost when the hub is killed, and no line is torn', async () => {
  const read = () => client().logs.ofService('counter', { tail: 10_000 });
  await until('it counts', async () => (await read()).length > 500);
  const [first] = countedBy(await read()).keys();
  await hub.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  hub.spawn();
  const lines = await until('the next hub has started it anew', async () => {
    const all = await read().catch(() => []);
    return all.some((line) => !line.startsWith(first!)) && all;
  });
  expect([...countedBy(lines).keys()]).toHaveLength(2);
});

test('who follows it sees every line, across rotations', async () => {
  const over = new AbortController();
  let counts = new Map<string, number>();
  let seen = 0;
  const followed = client().logs.followService('counter', ({ lines, skipped }) => {
    expect(skipped).toBeUndefined();
    counts = countedBy(lines, counts);
    seen += lines.length;
    if (seen > 14_000) over.abort();
  }, { tail: 0, signal: over.signal });
  await expect(followed).rejects.toThrow('abort');
  expect(seen).toBeGreaterThan(14_000);
}, 60_000);

test('elara services logs shows them, and goes on with -f', async () => {
  const { status, stdout } = await runBin('elara', ['-f', hub.configFile, 'services', 'logs', '-n', '3', 'counter'], { cwd: hub.dir });
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(3);
  countedBy(stdout.trimEnd().split('\n'));
  const follower = launch([...launcher('elara'), '-f', hub.configFile, 'services', 'logs', '-f', '-n', '1', 'counter'], { cwd: hub.dir });
  await until('it goes on', () => follower.output().split('\n').length > 300);
  await hub.kill();
  expect(await follower.ended).toBe(1);
  expect(follower.output()).toMatch(/the hub has ended|does the hub run\?/);
  expect((await runBin('elara', ['-f', hub.configFile, 'services', 'logs', '-n', 'many', 'counter'], { cwd: hub.dir })).status).toBe(2);
});
