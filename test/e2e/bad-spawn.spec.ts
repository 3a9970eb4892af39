import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, root, TestHub, until } from '../support/hub.js';
import { logIn } from '../support/log-in.js';
import { MOCK, processesWith } from '../support/programs.js';

const ADMIN = 'bad-spawn-test-admin-0123456789';
const sh = (script: string) => ['/bin/sh', '-c', script];
const WROTE = 'cannot import <kernel> & "friends"';

const node = (script: string) => [process.execPath, '-e', script];

/** Where memory can be limited here, a folder of the kernel's for that; else V8's own limit has to do. */
const CGROUP = memoryCgroup();
const FILL = 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1).toString());';
const GREEDY = CGROUP
  ? sh(`echo $$ > ${CGROUP}/cgroup.procs; echo filling; exec "$0" -e '${FILL}'`).concat(process.execPath)
  : [process.execPath, '--max-old-space-size=16', '-e', `console.log('filling'); ${FILL}`];

/** What goes wrong for the members of a group, what code and message tell of it, and the last lines that are shown: all, or one that tells. */
const CASES: { group: string; cmd: string[]; seconds?: number; code: string; message: RegExp; log: (string | RegExp)[] }[] = [
  { group: 'missing', cmd: ['no-such-server-anywhere'], code: 'command-missing', message: /no-such-server-anywhere, cannot be run/, log: [] },
  { group: 'folder', cmd: ['/usr'], code: 'command-missing', message: /\/usr, cannot be run/, log: [] },
  { group: 'exits', cmd: sh(`echo starting; echo '${WROTE}' >&2; exit 5`), code: 'exited-early', message: /ended|exit/, log: ['starting', WROTE] },
  { group: 'killed', cmd: sh('echo short of memory; kill -9 $$'), code: 'exited-early', message: /ended|exit|signal/, log: ['short of memory'] },
  { group: 'memory', cmd: GREEDY, seconds: 15, code: 'out-of-memory', message: /no memory left/, log: [/filling/] },
  { group: 'disk', cmd: sh('echo saving; cat /etc/passwd > /dev/full; exit 1'), code: 'disk-full', message: /disk is full/, log: [/No space left on device/] },
  {
    group: 'token',
    seconds: 10,
    cmd: node(`
      const { JUPYTERHUB_ACTIVITY_URL: url } = process.env;
      const call = fetch(url, { method: 'POST', headers: { authorization: 'token of-somebody-else' }, body: '{}' });
      call.then(({ status }) => { console.log('the hub answers ' + status); process.exit(1); });`),
    code: 'wrong-token',
    message: /does not have the token/,
    log: ['the hub answers 403'],
  },
  { group: 'option', cmd: [process.execPath, '--no-such-option'], code: 'options', message: /does not know an option/, log: [/bad option: --no-such-option/] },
  { group: 'shell', cmd: sh('no-such-command-either'), code: 'command-missing', message: /needs cannot be run/, log: [/no-such-command-either/] },
  {
    group: 'elsewhere',
    seconds: 3,
    cmd: node(`require('http').createServer((q, r) => r.end()).listen(0, '127.0.0.1', () => console.log('listening where I like'))`),
    code: 'wrong-port',
    message: /listens on port \d+ instead of \d+/,
    log: ['listening where I like'],
  },
  // it has a child that would hold on to the port, and takes no hints
  { group: 'silent', cmd: sh(`trap '' INT TERM; echo waiting for Godot; sleep 600 & wait; wait`), code: 'never-answered', message: /answer/, log: ['waiting for Godot'] },
];

interface Failure {
  code: string;
  message: string;
  log: string[];
}
interface ServerModel {
  ready: boolean;
  pending: string | null;
  elara?: { failure: Failure };
}

let hub: TestHub;

const post = (apiPath: string, body?: unknown) => hub.request('POST', apiPath, { token: ADMIN, body });
const routes = async () => Object.keys((await (await hub.request('GET', '/proxy', { token: ADMIN })).json()) as object);
const processesOf = (user: string) => processesWith({ JUPYTERHUB_USER: user }).filter(isAlive);

async function serverOf(user: string): Promise<ServerModel> {
  const { servers } = (await (await hub.request('GET', `/users/${user}?include_stopped_servers`, { token: ADMIN })).json()) as { servers: Record<string, ServerModel> };
  return servers['']!;
}

async function progressOf(user: string): Promise<Record<string, unknown>[]> {
  const stream = await (await hub.request('GET', `/users/${user}/server/progress`, { token: ADMIN })).text();
  return stream.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
}

/** All lines, or for those that can be said only roughly, one such line. */
const lines = (log: readonly (string | RegExp)[]): unknown =>
  log.some((line) => line instanceof RegExp) ? expect.arrayContaining(log.map((line) => expect.stringMatching(line) as unknown)) : log;

function memoryCgroup(): string | undefined {
  const folder = `/sys/fs/cgroup/memory/elara-bad-spawn-${process.pid}`;
  try {
    mkdirSync(folder);
    writeFileSync(`${folder}/memory.limit_in_bytes`, String(32 << 20));
    return folder;
  } catch {
    // no root, or the other kind of cgroups
    return undefined;
  }
}

const literally = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

beforeAll(async () => {
  const group_overrides = Object.fromEntries(CASES.map(({ group, cmd, seconds = 1 }) => [group, { groups: [group], spawner_override: { cmd, http_timeout: seconds } }]));
  hub = await new TestHub({
    JupyterHub: {
      services: [{ name: 'watcher', api_token: ADMIN, admin: true }],
      tornado_settings: { slow_spawn_timeout: 4 },
    },
    Spawner: { cmd: MOCK, http_timeout: 1, group_overrides },
    LocalProcessSpawner: { interrupt_timeout: 1, term_timeout: 1, kill_timeout: 2 },
  }).start();
  for (const { group } of CASES) {
    await post(`/users/${group}`);
    expect((await post(`/groups/${group}`, { users: [group] })).status).toBe(201);
  }
});
afterAll(async () => {
  await hub.dispose(ADMIN);
  if (CGROUP) rmdirSync(CGROUP);
});

describe.each(CASES)('a server that is $group', ({ group: user, code, message, log }) => {
  beforeEach(() => hub.request('POST', `/groups/${user}/users`, { token: ADMIN, body: { users: [user] } }));

  test('fails for its owner with a reason, and leaves nothing', async () => {
    const answer = await post(`/users/${user}/server`);
    if (answer.status !== 202) {
      expect(answer.status).toBe(500);
      const body = (await answer.json()) as { status: number; message: string };
      expect(body.status).toBe(500);
      expect(body.message).toMatch(message);
    }
    const server = await until('the start has failed', async () => {
      const found = await serverOf(user);
      return found.pending === null && found;
    });
    expect(server).toMatchObject({ ready: false, elara: { failure: { code, message: expect.stringMatching(message) } } });
    expect(server.elara!.failure.log).toEqual(lines(log));
    expect(processesOf(user)).toEqual([]);
    expect(await routes()).not.toContain(`/user/${user}/`);
  });

  test('says so to those who watch or look later', async () => {
    const last = (await progressOf(user)).at(-1);
    expect(last).toMatchObject({ progress: 100, failed: true, elara: { failure: { code, log: lines(log) } } });
    expect(last!.message).toMatch(message);
    const { browser } = await logIn(hub.base, user);
    const page = await browser.open(`${hub.base}/hub/spawn-pending/${user}`);
    expect(page.status).toBe(500);
    expect(page.text).toMatch(message);
    for (const line of log) expect(page.text).toMatch(line instanceof RegExp ? line : literally(escaped(line)));
    expect(page.text).not.toContain(root);
  });

  test('shows it in the browser that asks for the server', async () => {
    const { browser } = await logIn(hub.base, user);
    let page = await browser.open(`${hub.base}/hub/spawn/${user}`);
    await until('the page tells that it failed', async () => {
      page = await browser.open(`${hub.base}/hub/spawn-pending/${user}`);
      return page.status === 500;
    });
    expect(page.text).toMatch(message);
    for (const line of log) expect(page.text).toMatch(line instanceof RegExp ? line : literally(escaped(line)));
    expect((await browser.open(`${hub.base}/hub/home`)).status).toBe(200);
    await until('nothing is left', () => processesOf(user).length === 0);
  });

  test('starts once what was wrong is mended', async () => {
    await hub.request('DELETE', `/groups/${user}/users`, { token: ADMIN, body: { users: [user] } });
    await until('the earlier one is cleared away', async () => (await serverOf(user)).pending === null);
    expect((await post(`/users/${user}/server`)).status).toBe(201);
    expect(await serverOf(user)).toMatchObject({ ready: true, pending: null });
    expect((await serverOf(user)).elara).toBeUndefined();
    expect((await fetch(`${hub.base}/user/${user}/`)).status).toBe(200);
    expect((await hub.request('DELETE', `/users/${user}/server`, { token: ADMIN })).status).toBe(204);
  });
});

test('the person is not shown what is for operators', async () => {
  await hub.request('POST', '/groups/exits/users', { token: ADMIN, body: { users: ['exits'] } });
  await post('/users/exits/server');
  const { token } = (await (await post('/users/exits/tokens')).json()) as { token: string };
  const seenBy = async (who: string) => {
    const one = (await (await hub.request('GET', '/users/exits/server', { token: who })).json()) as ServerModel;
    const stream = await (await hub.request('GET', '/users/exits/server/progress', { token: who })).text();
    return ['detail' in one.elara!.failure, stream.includes('"detail"')];
  };
  expect(await seenBy(ADMIN)).toEqual([true, true]);
  expect(await seenBy(token)).toEqual([false, false]);
});

test('a start that is called off says so, and leaves nothing', async () => {
  await hub.request('POST', '/groups/silent/users', { token: ADMIN, body: { users: ['silent'] } });
  const answer = post('/users/silent/server');
  await until('its process is there', () => processesOf('silent').length > 0);
  expect((await hub.request('DELETE', '/users/silent/server', { token: ADMIN })).status).toBeLessThan(300);
  expect((await answer).status).toBe(409);
  expect(await serverOf('silent')).toMatchObject({ ready: false, pending: null, elara: { failure: { code: 'cancelled' } } });
  await until('nothing is left', () => processesOf('silent').length === 0);
});

test('who watches a start that fails is told when it does', async () => {
  await hub.request('POST', '/groups/silent/users', { token: ADMIN, body: { users: ['silent'] } });
  const answer = post('/users/silent/server');
  await until('the start is under way', async () => (await serverOf('silent')).pending === 'spawn');
  const events = await progressOf('silent');
  expect(events[0]).toMatchObject({ progress: 0 });
  expect(events.at(-1)).toMatchObject({ failed: true, elara: { failure: { code: 'never-answered', log: ['waiting for Godot'] } } });
  await answer;
  await until('nothing is left', () => processesOf('silent').length === 0);
});
