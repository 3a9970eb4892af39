import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { adoptChild } from './adopt.js';
import type { Child } from './child.js';
import { identify, isAlive } from './identity.js';
import { spawnChild } from './spawn.js';
import { stopChild } from './stop.js';

let folder: string;
let log: string;
let children: Child[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stop-'));
  log = join(folder, 'log');
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => stopChild(child, [{ signal: 'SIGKILL', waitSeconds: 5 }])));
  await rm(folder, { recursive: true });
});

const shell = async (script: string) => {
  const child = await spawnChild({ command: ['sh', '-c', script], env: { PATH: process.env.PATH! }, logPath: log });
  children.push(child);
  return child;
};
const PATIENTLY = { timeout: 10_000, interval: 20 };
/** The words the process has written, once there are as many. */
const output = (words: number) =>
  vi.waitFor(async () => {
    const found = (await readFile(log, 'utf8')).split(/\s+/).filter(Boolean);
    if (found.length < words) throw new Error('not yet');
    return found;
  }, PATIENTLY);
const steps = [
  { signal: 'SIGINT', waitSeconds: 0.3 },
  { signal: 'SIGTERM', waitSeconds: 5 },
  { signal: 'SIGKILL', waitSeconds: 5 },
] as const;

test('the first signal is enough for most', async () => {
  const child = await shell('echo up; exec sleep 60');
  await output(1);
  expect(await stopChild(child, steps)).toEqual({ ended: true, by: 'SIGINT', exit: { code: null, signal: 'SIGINT' } });
});

test('goes on to the next signal', async () => {
  const child = await shell('trap "" INT; echo up; exec sleep 60');
  await output(1);
  expect(await stopChild(child, steps)).toEqual({ ended: true, by: 'SIGTERM', exit: { code: null, signal: 'SIGTERM' } });
});

test('the last signal takes descendants along that left the group', async () => {
  const child = await shell('trap "" INT TERM; setsid sleep 60 & echo $!; exec sleep 61');
  const [pid] = await output(1);
  const descendant = identify(Number(pid))!;
  const result = await stopChild(child, [{ signal: 'SIGKILL', waitSeconds: 5 }]);
  expect(result).toEqual({ ended: true, by: 'SIGKILL', exit: { code: null, signal: 'SIGKILL' } });
  await vi.waitFor(() => expect(isAlive(descendant)).toBe(false), PATIENTLY);
});

test('waits for those of the group that outlive their leader', async () => {
  // each says who it is once it would withstand the signal
  const child = await shell(`sh -c 'trap "" INT; echo member $$; exec sleep 60' & trap "exit 7" INT; echo up; wait`);
  const words = await output(3);
  const member = identify(Number(words[words.indexOf('member') + 1]))!;
  expect(await stopChild(child, steps)).toEqual({ ended: true, by: 'SIGTERM', exit: { code: 7, signal: null } });
  expect(isAlive(member)).toBe(false);
});

test('a process that is gone needs no signal', async () => {
  const child = await shell('exit 4');
  await child.exited;
  expect(await stopChild(child, steps)).toEqual({ ended: true, exit: { code: 4, signal: null } });
});

test('says so when it never died', async () => {
  const child = await shell('trap "" INT; echo up; exec sleep 60');
  await output(1);
  expect(await stopChild(child, [{ signal: 'SIGINT', waitSeconds: 0.05 }])).toEqual({ ended: false });
});

test('stops waiting when told to', async () => {
  const child = await shell('trap "" INT; echo up; exec sleep 60');
  await output(1);
  const stopping = stopChild(child, [{ signal: 'SIGINT', waitSeconds: 60 }], { signal: AbortSignal.timeout(20) });
  await expect(stopping).rejects.toThrow(/timeout/);
});

test('a process that was started by another program is stopped the same way', async () => {
  const program = `setsid sh -c 'trap "" INT; echo $$; exec sleep 60' & wait`;
  const starter = spawn('sh', ['-c', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(starter.stdout, 'data')) as [Buffer];
  const child = adoptChild(identify(Number(String(line)))!);
  expect(await stopChild(child, steps)).toEqual({ ended: true, by: 'SIGTERM', exit: { code: null, signal: null } });
});

test('an adopted process whose pid is another’s by now is gone, and its namesake left alone', async () => {
  const child = await shell('echo up; exec sleep 60');
  await output(1);
  const past = adoptChild({ ...child.identity, startTime: child.identity.startTime - 1 });
  expect(await stopChild(past, steps)).toEqual({ ended: true, exit: { code: null, signal: null } });
  expect(isAlive(child.identity)).toBe(true);
});
