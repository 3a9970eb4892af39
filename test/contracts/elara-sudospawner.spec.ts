import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, waitForHttp } from '#process';
import { hubConfigSchema } from '../../apps/hub/src/config/schema.js';
import { sudoSpawner } from '../../apps/hub/src/spawners/create-spawner.js';
import { traitsOfClass } from '../../apps/hub/src/spawners/spawner-class.js';
import { openFolder, type Told } from '../support/account-server.js';
import { asAccount, makeAccount, removeAccounts } from '../support/accounts.js';
import { isAlive, root, until } from '../support/hub.js';

const ADA = 'elara-helper-ada';

let folder: string;
let helper: string;
beforeAll(() => {
  Logger.overrideLogger(false);
  makeAccount(ADA);
  ({ folder } = openFolder('sudospawner-singleuser'));
  helper = path.join(folder, 'elara-sudospawner');
  copyFileSync(path.join(root, 'bin', 'elara-sudospawner'), helper);
});
afterAll(() => {
  removeAccounts([ADA]);
  rmSync(folder, { recursive: true });
});

/** Runs the helper as sudo would; what the server writes goes to the file `log` in the folder. */
function ask(input: unknown, { options = [], account = ADA }: { options?: string[]; account?: string } = {}) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const command = [...(account === 'root' ? [] : asAccount(account)), 'sh', '-c', `exec "$0" "$@" 2>>${folder}/log`, helper, ...options];
  writeFileSync(path.join(folder, 'log'), '', { mode: 0o666 });
  spawnSync('chmod', ['666', path.join(folder, 'log')]);
  const { status, stdout } = spawnSync(command[0]!, command.slice(1), { input: text, encoding: 'utf8', timeout: 30_000 });
  return { status, answer: stdout === '' ? undefined : (JSON.parse(stdout) as Record<string, unknown>), log: readFileSync(path.join(folder, 'log'), 'utf8') };
}

async function startServer(env: Record<string, string> = {}, args: string[] = []) {
  const url = `http://127.0.0.1:${await freePort()}/`;
  const asked = ask({ action: 'spawn', args, env: { ...env, JUPYTERHUB_SERVICE_URL: url, MARK: folder } });
  expect(asked).toMatchObject({ status: 0, answer: { ok: true, pid: expect.any(Number) as number } });
  await waitForHttp(url, { timeoutMs: 20_000, intervalMs: 20 });
  const told = (await (await fetch(url)).json()) as Told;
  expect(told.pid).toBe(asked.answer!.pid);
  return { told, log: asked.log };
}

describe('the helper', () => {
  test('starts its own server, whatever the variables say', async () => {
    const unsafe = { LD_PRELOAD: '/x.so', PYTHONPATH: '/x', PYTHONHOME: '/x', NODE_OPTIONS: '-r x', BASH_ENV: '/x' };
    const { told, log } = await startServer({ ...unsafe, PATH: '/nowhere', PYTHONUNBUFFERED: '1' });
    expect(Object.keys(told.env).sort()).toEqual(expect.arrayContaining(['JUPYTERHUB_SERVICE_URL', 'MARK', 'PATH', 'PYTHONUNBUFFERED']));
    expect(Object.keys(unsafe).filter((name) => name in told.env)).toEqual([]);
    for (const name of Object.keys(unsafe)) expect(log).toContain(`left out ${name}\n`);

    expect(ask({ action: 'find', env: { MARK: folder, PATH: '/nowhere' } }).answer).toEqual({ ok: true, pids: [told.pid] });
    expect(ask({ action: 'find', env: { MARK: 'another' } }).answer).toEqual({ ok: true, pids: [] });
    expect(ask({ action: 'kill', pid: told.pid, signal: 0 }).answer).toEqual({ ok: true, alive: true });
    expect(ask({ action: 'kill', pid: told.pid, signal: 9 }).answer).toEqual({ ok: true, alive: true });
    await until('it has ended', () => !isAlive(told.pid));
    expect(ask({ action: 'find', env: { MARK: folder } }).answer).toEqual({ ok: true, pids: [] });
  });

  test('ends what a server has started, in whatever session', async () => {
    const { told } = await startServer({ PATH: process.env.PATH! }, ['--deaf']);
    ask({ action: 'kill', pid: told.pid, signal: 9 });
    await until('all have ended', () => ![told.pid, told.child!].some(isAlive));
  });

  test('reaches nobody else', () => {
    const stranger = spawn('sleep', ['60'], { detached: true });
    expect(ask({ action: 'kill', pid: stranger.pid, signal: 9 }).answer).toEqual({ ok: true, alive: false });
    expect(isAlive(stranger.pid!)).toBe(true);
    stranger.kill();
  });

  test('does nothing for root', () => {
    expect(ask({ action: 'find', env: { MARK: folder } }, { account: 'root' })).toEqual({ status: 1, answer: undefined, log: 'elara-sudospawner: no server is started as root\n' });
  });

  test('writes no more than it is told to', () => {
    const request = { action: 'kill', pid: 4_000_000, signal: 0 };
    expect(ask(request, { options: ['--logging=DEBUG'] }).log).toBe("elara-sudospawner: asked to 'kill'\n");
    expect(ask(request, { options: ['--logging=ERROR'] }).log).toBe('');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'spawn'],
    ['no object', '[]'],
    ['too deep', '['.repeat(200_000)],
    ['too much', JSON.stringify({ action: 'find', env: { A: 'x'.repeat(1 << 20) } })],
    ['no action', { args: [], env: {} }],
    ['another action', { action: 'exec', args: [], env: {} }],
    ['a program', { action: 'spawn', args: [], env: {}, cmd: ['/bin/sh'] }],
    ['no arguments', { action: 'spawn', env: {} }],
    ['arguments that are numbers', { action: 'spawn', args: [1], env: {} }],
    ['an argument that ends early for C', { action: 'spawn', args: ['a\0b'], env: {} }],
    ['variables that are lists', { action: 'spawn', args: [], env: { A: [] } }],
    ['a variable with a = in its name', { action: 'spawn', args: [], env: { 'A=B': 'c' } }],
    ['all processes', { action: 'kill', pid: -1, signal: 9 }],
    ['its own group', { action: 'kill', pid: 0, signal: 9 }],
    ['process 1', { action: 'kill', pid: 1, signal: 9 }],
    ['a pid that is a truth', { action: 'kill', pid: true, signal: 9 }],
    ['a signal by name', { action: 'kill', pid: 2, signal: 'SIGKILL' }],
    ['everybody', { action: 'find', env: {} }],
  ])('refuses %s', (_what, request) => {
    expect(ask(request)).toMatchObject({ status: 1, answer: undefined, log: expect.stringMatching(/^elara-sudospawner: .*\n$/) as string });
  });

  test('has few options', () => {
    expect(ask({ action: 'find', env: { A: 'b' } }, { options: ['--cmd=/bin/sh'] })).toMatchObject({ status: 1, answer: undefined });
  });
});

test("JupyterHub's own helper does as well", async () => {
  const sudospawner_path = path.join(folder, 'sudospawner');
  copyFileSync(path.join(root, 'test', 'fakes', 'sudospawner.py'), sudospawner_path);
  const config = hubConfigSchema.parse({ JupyterHub: { spawner_class: 'sudo' }, SudoSpawner: { sudospawner_path } });
  const spawner = sudoSpawner(config.SudoSpawner);
  const logFile = path.join(folder, 'logs', 'ada.log');
  const context = {
    ...{ user: { id: 1, name: ADA }, server: '', logName: ADA, argv: [], options: {}, logFile, traits: traitsOfClass(config) },
    environment: ({ port }: { port: number }) => ({ PATH: process.env.PATH!, MARK: folder, JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${port}/` }),
  };
  const { state, memo, address } = await spawner.start(context, AbortSignal.timeout(30_000));
  await waitForHttp(`http://127.0.0.1:${address.port}/`, { timeoutMs: 20_000, intervalMs: 20 });
  const handle = { user: ADA, server: '', state, memo };
  expect(await spawner.poll(handle)).toBeNull();
  expect(await spawner.adopt({ ...handle, state: {}, memo: null }, { MARK: folder })).toBeUndefined();
  expect(await sudoSpawner(config.SudoSpawner).adopt(handle, {})).toMatchObject({ state });
  await spawner.stop(handle);
  expect(await spawner.poll(handle)).toBe(0);
  expect(readFileSync(logFile, 'utf8')).toBe('[I sudospawner] --logging=INFO\nended by SIGINT\n');
});
