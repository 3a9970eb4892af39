import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountOf, currentAccount } from './account.js';
import { ProcessError } from './errors.js';
import { isAlive } from './identity.js';
import { tailLog } from './log-tail.js';
import { type SpawnOptions, spawnChild } from './spawn.js';

let folder: string;
let log: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spawn-'));
  log = join(folder, 'logs', 'out.log');
});
afterEach(() => rm(folder, { recursive: true }));

const env = { PATH: process.env.PATH! };
const node = (script: string, options: Partial<SpawnOptions> = {}) => spawnChild({ command: ['node', '-e', script], env, logPath: log, ...options });
const isRoot = process.getuid?.() === 0;

test('gives exactly the environment, and appends both outputs to a private file', async () => {
  const first = await node('console.log("old")');
  await first.exited;
  const child = await node('console.error("error"); console.log(JSON.stringify(process.env))', { env: { ...env, ANSWER: '42' } });
  expect(isAlive(child.identity)).toBe(true);
  expect(await child.exited).toEqual({ code: 0, signal: null });
  const lines = await tailLog(log, 10);
  expect(lines.slice(0, 2)).toEqual(['old', 'error']);
  expect(JSON.parse(lines[2]!)).toEqual({ ...env, ANSWER: '42' });
  expect((await stat(log)).mode & 0o777).toBe(0o600);
});

test('tells how it ended', async () => {
  expect(await (await node('process.exit(3)')).exited).toEqual({ code: 3, signal: null });
  const child = await node('setInterval(() => {}, 1000)');
  await child.kill('SIGKILL');
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await child.kill('SIGKILL');
});

test('runs in the folder, in a session of its own', async () => {
  const child = await node('console.log(process.cwd(), require("fs").readFileSync("/proc/self/stat","utf8").split(" ")[5])', { cwd: folder });
  await child.exited;
  expect(await tailLog(log, 1)).toEqual([`${folder} ${child.pid}`]);
});

const failures: [string, Partial<SpawnOptions>, string, RegExp][] = [
  ['no such command', { command: ['no-such-program'] }, 'command-not-found', /cannot run no-such-program: it is in no folder of PATH/],
  ['no such file', { command: ['/no/such'] }, 'command-not-found', /cannot run \/no\/such: there is no such file/],
  ['no command at all', { command: [] }, 'command-not-found', /cannot run ''/],
  ['a file that is no program', { command: ['/etc/passwd'] }, 'not-executable', /\/etc\/passwd is not an executable file/],
  ['a folder', { command: ['/etc'] }, 'not-executable', /\/etc is not an executable file/],
  ['no such folder', { cwd: '/no/such' }, 'no-directory', /cannot run node in \/no\/such: ENOENT/],
  ['a folder that is a file', { cwd: '/etc/passwd' }, 'no-directory', /it is not a folder/],
  ['a log that cannot be', { logPath: '/etc/passwd/x.log' }, 'no-log-file', /cannot write to \/etc\/passwd\/x.log/],
  ['an argument no program can get', { command: ['node', 'a\0b'] }, 'spawn-failed', /cannot run node: .*null bytes/],
];
test.each(failures)('refuses %s', async (_, options, code, message) => {
  const error = await node('', options).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ProcessError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test('says when the interpreter of a script is missing', async () => {
  await writeFile(join(folder, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 });
  await expect(node('', { command: ['./script'], cwd: folder })).rejects.toMatchObject({ code: 'not-executable', message: /interpreter/ });
});

test('starts nothing once the signal is aborted', async () => {
  await expect(node('', { signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never mind');
  expect(await readFile(log, 'utf8')).toBe('');
});

test('our own account needs no switching', async () => {
  const child = await node('console.log(process.getuid())', { account: currentAccount() });
  await child.exited;
  expect(await tailLog(log, 1)).toEqual([String(process.getuid!())]);
});

test.runIf(isRoot)('root starts it as another account, with that account’s groups and the environment as given', async () => {
  const account = (await accountOf('nobody'))!;
  const child = await spawnChild({ command: ['sh', '-c', 'id -u; id -G; echo $HOME'], env: { ...env, HOME: '/nowhere' }, logPath: log, account });
  await child.exited;
  expect(await tailLog(log, 3)).toEqual([String(account.uid), String(account.gid), '/nowhere']);
});

test.runIf(!isRoot)('another account takes root', async () => {
  await expect(node('', { account: (await accountOf('root'))! })).rejects.toMatchObject({ code: 'not-permitted' });
});
