import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlGroup, ControlGroups } from './control-groups.js';
import { isAlive } from './identity.js';
import { spawnChild } from './spawn.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'groups-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8');
const write = (text: string, ...path: string[]) => writeFile(join(folder, ...path), text);

describe('the place for our groups', () => {
  const find = async (own: string) => {
    await mkdir(join(folder, 'unit', 'hub'), { recursive: true });
    await write(`29 23 0:26 / /sys rw - sysfs sysfs rw\n41 31 0:38 / ${folder} rw,relatime - cgroup2 cgroup2 rw\n`, 'mountinfo');
    await write(own, 'cgroup');
    return ControlGroups.find(folder);
  };

  test.each([['0::/unit/hub\n'], ['4:memory:/x\n0::/\n']])('is found from %j', async (own) => {
    expect(await find(own)).toBeInstanceOf(ControlGroups);
  });

  test.each([
    ['0::/unit\n', 'control group of the hub (/unit) is not delegated'],
    ['4:memory:/x\n', 'no control groups of version 2'],
    ['0::/gone/hub\n', 'may not make control groups'],
  ])('from %j, it is said why there is none', async (own, message) => {
    await expect(find(own)).rejects.toMatchObject({ code: 'no-limits', message: expect.stringContaining(message) as string });
  });
});

/** Plain files in the place of the kernel's. */
describe('the limits', () => {
  beforeEach(async () => {
    await write('cpuset cpu memory pids\n', 'cgroup.controllers');
    await write('', 'cgroup.subtree_control');
  });
  const groups = () => new ControlGroups(folder);

  test('are those of one process, however alike two long names are, and whatever is in them', async () => {
    const long = 'n'.repeat(300);
    const made = await Promise.all([`${long}a`, `${long}b`, '\ud800'].map((name) => groups().make(name, { cpus: 1 })));
    expect(new Set(made.map((group) => group.folder)).size).toBe(3);
  });

  test('are written for the kernel', async () => {
    const { folder: made } = await groups().make('service a/b', { memoryBytes: 1_610_612_736, cpus: 0.5 });
    expect(made).toBe(join(folder, 'elara-service%20a%2Fb'));
    expect(await read('cgroup.subtree_control')).toContain('+memory');
    expect(await read('cgroup.subtree_control')).toContain('+cpu');
    expect(await readFile(join(made, 'memory.max'), 'utf8')).toBe('1610612736');
    expect(await readFile(join(made, 'memory.oom.group'), 'utf8')).toBe('1');
    expect(await readFile(join(made, 'cpu.max'), 'utf8')).toBe('50000 100000');
  });

  test('of one kind leave the other alone', async () => {
    const { folder: made } = await groups().make('a', { cpus: 2 });
    expect(await readdir(made)).toEqual(['cpu.max']);
    expect(await read('cgroup.subtree_control')).toBe('+cpu');
  });

  test('that the machine cannot keep are refused, and nothing is left', async () => {
    await write('cpuset cpu pids\n', 'cgroup.controllers');
    await expect(groups().make('a', { memoryBytes: 1 })).rejects.toMatchObject({ code: 'no-limits', message: expect.stringContaining('the controller memory') as string });
    expect((await readdir(folder)).filter((name) => name.startsWith('elara'))).toEqual([]);
  });

  test('an end for want of memory is told apart', async () => {
    const group = await groups().make('a', { memoryBytes: 1 });
    expect(await group.ranOutOfMemory()).toBe(false);
    for (const [count, expected] of [[0, false], [2, true]] as const) {
      await writeFile(join(group.folder, 'memory.events'), `low 0\nhigh 0\nmax 7\noom 1\noom_kill ${count}\n`);
      expect(await group.ranOutOfMemory()).toBe(expected);
      const child = await spawnChild({ command: ['/bin/sh', '-c', 'kill -9 $$'], env: {}, group });
      expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL', ...(expected && { outOfMemory: true }) });
      await mkdir(group.folder, { recursive: true });
    }
  });

  test('hold from the first instruction on', async () => {
    const group = await groups().make('a', { memoryBytes: 1 });
    const child = await spawnChild({ command: ['/bin/sh', '-c', 'exec sleep 60'], env: { PATH: process.env.PATH! }, group });
    await expect.poll(() => readFile(join(group.folder, 'cgroup.procs'), 'utf8').catch(() => '')).toBe(`${child.pid}\n`);
    await child.kill('SIGKILL');
    await child.exited;
  });
});

const UNIFIED = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => {
  try {
    accessSync(join(path, 'cgroup.procs'), constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
});

test.runIf(UNIFIED)('a group of the kernel ends all who are in it, also those who left the session, and goes', async () => {
  const group = new ControlGroup(join(UNIFIED!, `elara-test-${process.pid}`));
  await mkdir(group.folder);
  const script = 'setsid sleep 61 & echo $! > "$0"; sleep 0.2';
  const child = await spawnChild({ command: ['/bin/sh', '-c', script, join(folder, 'pid')], env: { PATH: process.env.PATH! }, group });
  await child.exited;
  const left = Number(await read('pid'));
  expect(isAlive({ ...child.identity, pid: left })).toBe(false);
  await expect.poll(() => stat(`/proc/${left}`).then(() => 'there', () => 'gone'), { timeout: 5000 }).toBe('gone');
  await expect.poll(() => stat(group.folder).then(() => 'there', () => 'gone'), { timeout: 5000 }).toBe('gone');
});
