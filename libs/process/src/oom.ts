import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { ProcessIdentity } from './identity.js';

/** The kernel's own log: each read gives one record, from the oldest it still has. */
const KERNEL_LOG = '/dev/kmsg';
const MAX_RECORD_BYTES = 8192;
const MAX_RECORDS = 20_000;
const TICKS_PER_SECOND = 100;

/**
 * Whether the kernel says that it ended this process for want of memory, the machine's or its cgroup's.
 * False as well where its log may not be read: that takes root, usually.
 */
export function killedForMemory({ pid, startTime }: ProcessIdentity): boolean {
  let file: number;
  try {
    file = openSync(KERNEL_LOG, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    return tellsOfKill(records(file), pid, startTime / TICKS_PER_SECOND);
  } finally {
    closeSync(file);
  }
}

/**
 * Whether one of these records (`PRIORITY,NUMBER,MICROSECONDS,-;TEXT`, from the kernel's documentation of /dev/kmsg) is about the kill.
 * @param since seconds from boot to the start of the process: an earlier record is about another one with that pid
 */
export function tellsOfKill(log: Iterable<string>, pid: number, since: number): boolean {
  for (const record of log) {
    const [, microseconds, killed] = /^\d+,\d+,(\d+),[^;]*;.*[Oo]ut of memory: Killed process (\d+)\b/.exec(record) ?? [];
    if (Number(killed) === pid && Number(microseconds) / 1e6 >= since) return true;
  }
  return false;
}

function* records(file: number): Generator<string> {
  const buffer = Buffer.alloc(MAX_RECORD_BYTES);
  for (let count = 0; count < MAX_RECORDS; count += 1) {
    let size = 0;
    try {
      size = readSync(file, buffer);
    } catch (error) {
      // EPIPE: the record was overwritten while we read, the next one is there; EAGAIN: that was all
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return;
    }
    yield buffer.toString('utf8', 0, size);
  }
}
