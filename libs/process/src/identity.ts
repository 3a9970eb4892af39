import { readFileSync } from 'node:fs';
import { systemCode } from './errors.js';

/** Names one process for good: a pid alone is used again once its process is gone. Plain data, fit for JSON. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the start of the process; 0 where the system does not tell. */
  startTime: number;
  /** The boot that pid and startTime belong to; '' where the system does not tell. */
  bootId: string;
}

/** The fields of `/proc/PID/stat` that matter here (proc(5)). */
export interface ProcessStat {
  /** One letter: R running, S sleeping, Z zombie, X dead … */
  state: string;
  parent: number;
  group: number;
  /** Pid of the leader of its session. */
  session: number;
  /** How many of its threads there still are. */
  threads: number;
  startTime: number;
}

export const onLinux = process.platform === 'linux';

let currentBoot: string | undefined;

function bootId(): string {
  currentBoot ??= onLinux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';
  return currentBoot;
}

/** Reads a line of `/proc/PID/stat`. The command name may itself contain spaces and `)`, so fields count from the last one. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [parent, group, session] = fields.slice(1, 4).map(Number) as [number, number, number];
  return { state: fields[0]!, parent, group, session, threads: Number(fields[17]), startTime: Number(fields[19]) };
}

/** What the kernel says about a pid now; undefined when there is no such process. Linux only. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // ESRCH: the process went away between open and read
    if (['ENOENT', 'ESRCH'].includes(systemCode(error)!)) return undefined;
    throw error;
  }
}

/** The main thread may be a zombie already while others still hold the files and ports of the process. */
export const isDead = ({ state, threads }: ProcessStat): boolean => state === 'X' || (state === 'Z' && threads <= 1);

/** The identity of the process that has this pid now; undefined when none has, or when it has ended already. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (!onLinux) return answersToSignals(pid) ? { pid, startTime: 0, bootId: '' } : undefined;
  const stat = readStat(pid);
  return stat && !isDead(stat) ? { pid, startTime: stat.startTime, bootId: bootId() } : undefined;
}

/**
 * The identity of a process that was started a moment ago: it has one even when it has ended, as a zombie that nobody has collected yet.
 * `startTime` is 0 when it was collected.
 */
export function identifyStarted(pid: number): ProcessIdentity {
  return { pid, startTime: (onLinux && readStat(pid)?.startTime) || 0, bootId: bootId() };
}

/** Whether exactly this process still runs: a zombie does not, nor does another process that got the same pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Whether a process leads its session, as each does that was started through `spawnChild`, and none of their children. */
export const leadsSession = (pid: number): boolean => onLinux && readStat(pid)?.session === pid;

function answersToSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
