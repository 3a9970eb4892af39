import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { identify, identifyStarted, isAlive, parseStat, readStat } from './identity.js';

const PATIENTLY = { timeout: 10_000, interval: 20 };

test('reads a stat line whose command contains spaces and brackets', () => {
  const line = `4242 (a) b (S) 1) Z 1 4240 4242 0 -1 4194304 ${Array.from({ length: 12 }, (_, n) => n + 100).join(' ')} 987654 0 0`;
  expect(parseStat(line)).toEqual({ state: 'Z', parent: 1, group: 4240, session: 4242, threads: 110, startTime: 987654 });
});

test('this process is alive', () => {
  const self = identify(process.pid)!;
  expect(self).toMatchObject({ pid: process.pid, bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
  expect(isAlive(self)).toBe(true);
});

test('another process with the same pid is not the one that was meant', () => {
  const self = identify(process.pid)!;
  expect(isAlive({ ...self, startTime: self.startTime - 1 })).toBe(false);
  expect(isAlive({ ...self, bootId: 'another boot' })).toBe(false);
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 30])('there is no process %s', (pid) => expect(identify(pid)).toBeUndefined());

test('a process that ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  const identity = identify(child.pid!)!;
  expect(isAlive(identity)).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

test('a zombie is dead, though it keeps its pid until its parent asks', async () => {
  // the shell starts a child and becomes a program that never collects it; only then the child ends
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
  const pid = Number(String(line));
  try {
    await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n'), PATIENTLY);
    (parent.stdio[3] as Writable).end();
    await vi.waitFor(() => expect(readStat(pid)).toMatchObject({ state: 'Z' }), PATIENTLY);
    expect(isAlive(identifyStarted(pid))).toBe(false);
    expect(identify(pid)).toBeUndefined();
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a process is alive as long as any of its threads', async () => {
  const endMainThread = `require('koffi').load(null).func('long syscall(long number, int status)')(process.arch === 'x64' ? 60 : 93, 0)`;
  const child = spawn(process.execPath, ['-e', endMainThread]);
  const identity = identify(child.pid!)!;
  await vi.waitFor(() => expect(readStat(child.pid!)).toMatchObject({ state: 'Z' }), PATIENTLY);
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});
