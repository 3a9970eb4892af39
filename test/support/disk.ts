import { execFileSync, spawnSync } from 'node:child_process';

/** Whether this account may mount a file system; without, tests on small disks are left out. */
export const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Mounts a disk in memory on a folder. @param options of mount(8), e.g. `size=8m` */
export function mountDisk(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
}

export function unmountDisk(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}
