import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Exit } from './child.js';
import { ProcessError, systemCode } from './errors.js';
import { fileName } from './file-name.js';
import { sleep } from './sleep.js';

/** What a process and all it starts may use together. */
export interface ResourceLimits {
  memoryBytes?: number;
  /** 0.5 is half of one processor. */
  cpus?: number;
}

/** systemd's `DelegateSubgroup=` for the hub: what lies beside it is ours to arrange. */
const OWN_SUBGROUP = 'hub';
const PREFIX = 'elara-';
const CPU_PERIOD_US = 100_000;
const REMOVE_TRIES = 50;
const REMOVE_PAUSE_MS = 100;

/**
 * Control groups (cgroups(7), version 2) below one that was delegated to us. Each child with limits gets one of its own, which holds all
 * that it starts, whatever session that is in.
 */
export class ControlGroups {
  constructor(
    /** Folder of the group that ours are made in; no process may be in it. */
    private readonly parent: string,
  ) {}

  /**
   * Those of this process.
   * @param proc for specs
   * @throws ProcessError `no-limits` that says what this machine lacks
   */
  static async find(proc = '/proc/self'): Promise<ControlGroups> {
    const [mounts, groups] = await Promise.all([`${proc}/mountinfo`, `${proc}/cgroup`].map((file) => readFile(file, 'utf8').catch(() => '')));
    const mount = mountPoint(mounts!);
    const own = /^0::(\/.*)$/m.exec(groups!)?.[1];
    if (mount === undefined || own === undefined) throw noLimits('this machine has no control groups of version 2');
    if (own !== '/' && basename(own) !== OWN_SUBGROUP) throw noLimits(`the control group of the hub (${own}) is not delegated to it`);
    const parent = join(mount, own === '/' ? own : dirname(own));
    const usable = await access(parent, constants.W_OK).then(() => true, () => false);
    if (!usable) throw noLimits(`this account may not make control groups in ${parent}`);
    return new ControlGroups(parent);
  }

  /**
   * Makes the group `name`, or puts new limits on one that an earlier run left.
   * @throws ProcessError `no-limits` when the limits cannot be set; nothing is left then
   */
  async make(name: string, limits: ResourceLimits): Promise<ControlGroup> {
    const folder = join(this.parent, `${PREFIX}${fileName(name)}`);
    const settings = settingsOf(limits);
    try {
      const enabled = (await readFile(join(this.parent, 'cgroup.controllers'), 'utf8')).trim().split(' ');
      const missing = settings.find(({ controller }) => !enabled.includes(controller));
      if (missing) throw new Error(`this machine does not offer the controller ${missing.controller}`);
      await writeFile(join(this.parent, 'cgroup.subtree_control'), settings.map(({ controller }) => `+${controller}`).join(' '));
      // what an earlier run was ended for is counted in its group
      await removeTree(folder);
      await mkdir(folder, { recursive: true });
      for (const { file, value, optional } of settings) await writeSetting(join(folder, file), value, optional);
    } catch (error) {
      await rmdir(folder).catch(() => undefined);
      throw noLimits((error as Error).message, error);
    }
    return new ControlGroup(folder);
  }

  /** Removes the groups of an earlier run that nobody is in any more. */
  async sweep(): Promise<void> {
    const names = (await readdir(this.parent)).filter((name) => name.startsWith(PREFIX));
    await Promise.all(names.map((name) => rmdir(join(this.parent, name)).catch(() => undefined)));
  }
}

/** The control group of one child. */
export class ControlGroup {
  constructor(readonly folder: string) {}

  /** What to run instead of a command, so that it is in the group from its first instruction on. */
  enter(command: readonly string[]): string[] {
    return ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', this.folder, ...command];
  }

  /** Whether the kernel has ended a process of it because its memory was used up. */
  async ranOutOfMemory(): Promise<boolean> {
    const events = await readFile(join(this.folder, 'memory.events'), 'utf8').catch(() => '');
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0) > 0;
  }

  /** Ends whoever is left in it, and removes it. Resolves false when it could not be removed. */
  async remove(): Promise<boolean> {
    for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
      await writeFile(join(this.folder, 'cgroup.kill'), '1').catch(() => undefined);
      const failure = await removeTree(this.folder);
      if (failure !== 'EBUSY') return failure === undefined;
      // processes take a moment to end, and zombies to be collected
      await sleep(REMOVE_PAUSE_MS);
    }
    return false;
  }
}

/** Removes the group of a process that has ended. @returns how it ended, and whether for want of memory */
export async function leaveGroup(group: ControlGroup, exit: Exit): Promise<Exit> {
  const outOfMemory = await group.ranOutOfMemory();
  await group.remove();
  return { ...exit, ...(outOfMemory && { outOfMemory }) };
}

/** Why a group, or one that was made in it, cannot be removed. */
async function removeTree(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  return rmdir(folder).then(
    () => undefined,
    (error: unknown) => (systemCode(error) === 'ENOENT' ? undefined : systemCode(error)),
  );
}

interface Setting {
  controller: 'memory' | 'cpu';
  file: string;
  value: string;
  /** Not every kernel has it. */
  optional?: true;
}

function settingsOf({ memoryBytes, cpus }: ResourceLimits): Setting[] {
  const memory: Setting[] = [
    { controller: 'memory', file: 'memory.max', value: String(memoryBytes) },
    // what runs short of memory is ended as a whole, and not swapped out instead
    { controller: 'memory', file: 'memory.oom.group', value: '1', optional: true },
    { controller: 'memory', file: 'memory.swap.max', value: '0', optional: true },
  ];
  const cpu: Setting = { controller: 'cpu', file: 'cpu.max', value: `${Math.max(1000, Math.round((cpus ?? 0) * CPU_PERIOD_US))} ${CPU_PERIOD_US}` };
  return [...(memoryBytes ? memory : []), ...(cpus ? [cpu] : [])];
}

async function writeSetting(file: string, value: string, optional = false): Promise<void> {
  await writeFile(file, value).catch((error: unknown) => {
    if (!optional) throw error;
  });
}

/** Where version 2 is mounted, from the text of mountinfo (proc(5)). */
function mountPoint(mountinfo: string): string | undefined {
  const line = mountinfo.split('\n').find((one) => / - cgroup2 /.test(one));
  return line?.split(' ')[4];
}

const noLimits = (because: string, cause?: unknown) => new ProcessError('no-limits', `cannot limit memory and processors: because ${because}`, { cause });
