import { expect, test } from 'vitest';
import { killedForMemory, tellsOfKill } from './oom.js';

const LOG = [
  '5,0,0,-;Linux version 6.18',
  '6,431,13948565367,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=python3,pid=21920,uid=0',
  '3,432,13948565398,-;Memory cgroup out of memory: Killed process 21920 (python3) total-vm:39180kB',
  '3,433,14000000000,-;Out of memory: Killed process 77 (node) total-vm:1kB',
];

test.each([
  ['of its cgroup', 21920, 13_000, true],
  ['of the machine', 77, 13_000, true],
  ['of an earlier process with the same pid', 21920, 13_949, false],
  ['of another process', 2192, 13_000, false],
])('the kernel tells of the end %s', (_what, pid, since, told) => expect(tellsOfKill(LOG, pid, since)).toBe(told));

test('of a process that lives, nothing is told', () => {
  expect(killedForMemory({ pid: process.pid, startTime: 0, bootId: '' })).toBe(false);
});
