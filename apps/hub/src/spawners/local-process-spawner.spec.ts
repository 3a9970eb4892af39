import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identify, waitForHttp } from '#process';
import { defaultConfig } from '../config/schema.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { simpleHome } from './placement.js';
import type { SpawnContext } from './spawn-context.js';
import type { SpawnError } from './spawn-error.js';
import type { SpawnHandle } from './spawner.js';
import type { SpawnerTraits } from './spawner-traits.js';
import { traitsOfClass } from './spawner-class.js';

const PATIENCE = { interrupt_timeout: 3, term_timeout: 3, kill_timeout: 3 };
const isRoot = process.getuid?.() === 0;

let folder: string;
let handles: SpawnHandle[];
const spawner = new LocalProcessSpawner(PATIENCE, simpleHome);

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elara-spawn-'));
  handles = [];
});
afterEach(async () => {
  await Promise.all(handles.map((handle) => spawner.stop(handle)));
  await rm(folder, { recursive: true });
});

/** A server that answers what it knows about itself. */
const SERVER = `
  require('http').createServer((q, r) => r.end(JSON.stringify({ cwd: process.cwd(), env: process.env, groups: process.getgroups(), uid: process.getuid() })))
    .listen(new URL(process.env.JUPYTERHUB_SERVICE_URL).port, '127.0.0.1');
  process.on('SIGINT', () => process.exit(7));`;

function context(script: string, { user = 'ann', ...traits }: Partial<SpawnerTraits> & { user?: string } = {}): SpawnContext {
  const defaults = traitsOfClass(defaultConfig());
  return {
    user: { id: 1, name: user },
    server: '',
    logName: user,
    traits: { ...defaults, home_dir_template: join(folder, 'home', '{username}'), ...traits },
    argv: [process.execPath, '-e', script],
    environment: ({ port }) => ({ PATH: process.env.PATH!, MARK: folder, JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${port}/` }),
    options: {},
    logFile: join(folder, 'logs', 'servers', 'ann.log'),
  };
}

async function start(script: string, traits: Partial<SpawnerTraits> & { user?: string } = {}, by = spawner) {
  const started = await by.start(context(script, traits), AbortSignal.timeout(10_000));
  const handle: SpawnHandle = { user: 'ann', server: '', state: started.state, memo: started.memo };
  handles.push(handle);
  return { ...started, handle };
}

const ask = async (port: number) => {
  await waitForHttp(`http://127.0.0.1:${port}/`, { timeoutMs: 10_000, intervalMs: 20 });
  return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { cwd: string; env: Record<string, string>; groups: number[]; uid: number };
};

test('a server runs in its home folder with exactly its environment, and stops on SIGINT', async () => {
  const { address, handle, ended, state } = await start(SERVER);
  expect(state).toEqual({ pid: expect.any(Number) });
  const { cwd, env } = await ask(address.port);
  expect(cwd).toBe(join(folder, 'home', 'ann'));
  expect(Object.keys(env).sort()).toEqual(['ELARA_STARTED', 'HOME', 'JUPYTERHUB_SERVICE_URL', 'MARK', 'PATH', 'SHELL', 'USER']);
  expect(env).toMatchObject({ USER: 'ann', HOME: cwd, SHELL: '/bin/bash' });
  expect(await spawner.poll(handle)).toBeNull();
  await spawner.stop(handle);
  expect(await ended()).toBe(7);
  expect(await spawner.poll(handle)).not.toBeNull();
  await spawner.stop(handle);
});

test('output goes to a file that only the hub can read', async () => {
  const { ended } = await start(`console.log('out'); console.error('err'); process.exit(3)`);
  expect(await ended()).toBe(3);
  const file = join(folder, 'logs', 'servers', 'ann.log');
  expect(await readFile(file, 'utf8')).toBe('out\nerr\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('children go with it, also when it does not listen to SIGINT', async () => {
  const impatient = new LocalProcessSpawner({ ...PATIENCE, interrupt_timeout: 0.1, term_timeout: 0.1 }, simpleHome);
  const script = `process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});
    console.log(require('child_process').spawn('sleep', ['1000']).pid); setInterval(() => {}, 1000);`;
  const { handle } = await start(script, {}, impatient);
  let child = 0;
  await expect.poll(async () => (child = Number(await readFile(join(folder, 'logs', 'servers', 'ann.log'), 'utf8')))).toBeGreaterThan(0);
  await impatient.stop(handle);
  expect(identify(child)).toBeUndefined();
});

test.each([
  [['/nowhere/to/be/found'], 'command-missing'],
  [['no-such-program-anywhere'], 'command-missing'],
  [['/etc/passwd'], 'command-missing'],
])('%j is explained', async (argv, code) => {
  const failed = spawner.start({ ...context(''), argv }, AbortSignal.timeout(5000)).catch((error: SpawnError) => error);
  expect(await failed).toMatchObject({ code, detail: expect.stringContaining(argv[0]!), hint: expect.stringContaining('Spawner.cmd') });
});

test('a home folder that cannot be made is explained', async () => {
  const failed = start(SERVER, { home_dir_template: '/dev/null/{username}' }).catch((error: SpawnError) => error);
  expect(await failed).toMatchObject({ code: 'home', detail: expect.stringContaining('/dev/null/ann') });
});

test('no name leads out of the folder of homes', async () => {
  const { address } = await start(SERVER, { user: '..' });
  expect((await ask(address.port)).cwd).toBe(join(folder, 'home', '%2E%2E'));
});

test('a name too long for a folder still gets one of its own', async () => {
  const { address } = await start(SERVER, { user: 'ü'.repeat(200) });
  expect((await ask(address.port)).cwd).toMatch(new RegExp(`^${join(folder, 'home')}/ü{40}~[0-9a-f]{32}$`));
});

test('shell_cmd gets the quoted command as one argument', async () => {
  const { ended } = await start(`console.log("it's", process.argv.length)`, { shell_cmd: ['/bin/sh', '-c'] });
  expect(await ended()).toBe(0);
  expect(await readFile(join(folder, 'logs', 'servers', 'ann.log'), 'utf8')).toBe("it's 1\n");
});

test('a fixed port is used as it is', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  holder.close();
  expect((await start(SERVER, { port, ip: '[127.0.0.1]' })).address).toEqual({ proto: 'http', ip: '127.0.0.1', port });
});

describe('another hub finds a server again', () => {
  const later = new LocalProcessSpawner(PATIENCE, simpleHome);

  test('by pid and start time', async () => {
    const { handle } = await start(SERVER);
    const adopted = await later.adopt(handle, { MARK: folder });
    expect(adopted).toMatchObject({ state: handle.state, memo: handle.memo });
    expect(await later.poll(handle)).toBeNull();
    await later.stop(handle);
    expect(await adopted!.ended()).toBe(0);
    expect(await later.poll(handle)).toBe(0);
    expect(await later.adopt(handle, { MARK: folder })).toBeUndefined();
  });

  test('by pid and environment, when JupyterHub noted no more', async () => {
    const { handle } = await start(SERVER);
    await expect.poll(() => later.adopt({ ...handle, memo: null }, { MARK: folder })).toMatchObject({ memo: handle.memo });
    expect(await later.adopt({ ...handle, memo: null }, { MARK: 'another hub' })).toBeUndefined();
  });

  test('by environment, when nobody got to note anything', async () => {
    const { handle } = await start(SERVER);
    await expect.poll(() => later.adopt({ ...handle, state: {}, memo: null }, { MARK: folder })).toMatchObject({ state: handle.state });
  });

  test('but not a process that got the same pid later', async () => {
    const { handle } = await start(SERVER);
    const stale = { ...handle, memo: { ...(handle.memo as object), startTime: 1 } };
    expect(await later.adopt(stale, {})).toBeUndefined();
    expect(await later.poll(stale)).toBe(0);
    await later.stop(stale);
    expect(await later.poll(handle)).toBeNull();
  });

  test('and nothing is wrong with a server that never was', async () => {
    const none = { user: 'ann', server: '', state: {}, memo: null };
    expect(await later.poll(none)).toBe(0);
    expect(await later.adopt(none, { MARK: 'nobody has this' })).toBeUndefined();
    await later.stop(none);
  });
});

describe('accounts', () => {
  const own = new LocalProcessSpawner(PATIENCE);

  test('a person without one is told so', async () => {
    const failed = own.start(context(SERVER, { user: 'no-such-account' }), AbortSignal.timeout(5000)).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code: 'account', detail: expect.stringContaining('no-such-account') });
  });

  test.runIf(isRoot)('root switches to the one of the person', async () => {
    const { address } = await start(SERVER, { user: 'nobody' }, own);
    const { uid, env, cwd } = await ask(address.port);
    expect(uid).not.toBe(0);
    expect(env.USER).toBe('nobody');
    expect(cwd).toMatch(/^\//);
  });

  test.skipIf(isRoot)('others serve only themselves', async () => {
    const failed = own.start(context(SERVER, { user: 'root' }), AbortSignal.timeout(5000)).catch((error: SpawnError) => error);
    expect(await failed).toMatchObject({ code: 'account', detail: expect.stringContaining('only root') });
  });
});

describe('finding its servers', () => {
  const marks = () => ({ MARK: folder });

  test('tells who they are, and leaves out what they start', async () => {
    // a kernel leads a session of its own, as a terminal does, and has the same environment
    const kernel = "setInterval(() => {}, 1000)";
    const script = `const { spawn } = require('child_process');
      const kernel = spawn(process.execPath, ['-e', ${JSON.stringify(kernel)}], { detached: true, stdio: 'ignore' });
      require('fs').writeFileSync(process.env.MARK + '/kernel', String(kernel.pid));
      setInterval(() => {}, 1000)`;
    const { memo, state } = await start(script);
    const kernelPid = () => readFile(join(folder, 'kernel'), 'utf8').then(Number, () => 0);
    await expect.poll(async () => identify(await kernelPid())?.pid).toBeGreaterThan(0);
    const found = await spawner.findAll(marks());
    expect(found).toEqual([{ user: '', server: '', apiToken: '', url: expect.stringMatching(/^http:/), state, memo }]);
    process.kill(await kernelPid(), 'SIGKILL');
  });

  test('does not take what a server has started later for the server', async () => {
    const script = `process.env.ELARA_STARTED = String(Number(process.env.ELARA_STARTED) - 400);
      const kernel = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
      require('fs').writeFileSync(process.env.MARK + '/kernel', String(kernel.pid));
      kernel.unref();`;
    const { state } = await start(script);
    await expect.poll(() => identify(state.pid as number)).toBeUndefined();
    const kernelPid = Number(await readFile(join(folder, 'kernel'), 'utf8'));
    expect(identify(kernelPid)).toBeDefined();
    expect(await spawner.findAll(marks())).toEqual([]);
    process.kill(kernelPid, 'SIGKILL');
  });

  test('finds none of another hub', async () => {
    await start('setInterval(() => {}, 1000)');
    expect(await spawner.findAll({ MARK: 'another' })).toEqual([]);
  });
});

describe('what can be seen of a server that does not come up', () => {
  test('the ports on which it and its children listen', async () => {
    const listen = "require('net').createServer().listen(0, '127.0.0.1', function () { require('fs').writeFileSync(process.env.MARK + '/port-' + (process.argv[1] ?? 'own'), String(this.address().port)) })";
    const script = `${listen}; require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(listen)}, 'child']);`;
    const { handle } = await start(script);
    const portIn = (name: string) => readFile(join(folder, name), 'utf8').then(Number, () => 0);
    await expect.poll(async () => (await portIn('port-own')) > 0 && (await portIn('port-child')) > 0, { timeout: 5000 }).toBe(true);
    const ports = [await portIn('port-own'), await portIn('port-child')];
    expect(await spawner.examine(handle)).toEqual({ ports: ports.sort((a, b) => a - b), outOfMemory: false });
  });

  test('what others know about its memory', async () => {
    const asked: number[] = [];
    const by = new LocalProcessSpawner(PATIENCE, simpleHome, async ({ pid }) => asked.push(pid) > 0);
    const { handle, state } = await start('process.exit(1)', {}, by);
    expect(await by.examine(handle)).toEqual({ ports: [], outOfMemory: true });
    expect(asked).toEqual([state.pid]);
  });
});
