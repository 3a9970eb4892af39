import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Fault, nothing } from './fault.js';
import { addSettled, dispose, namesOf, startSubject } from './subject.js';

const USERS = 5;
const SIZE = '12m';

/** The disk of the database is full while servers start and stop. */
export const fullDisk: Fault = {
  name: 'disk full',
  tries: { short: 1, full: 10 },
  recoversWithin: 40,
  async run(tries) {
    const outcome = nothing(tries);
    const disk = mkdtempSync(path.join(tmpdir(), 'elara-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk]);
    try {
      const subject = await startSubject({ users: USERS, services: 1, traits: { JupyterHub: { db_url: `sqlite:///${disk}/jupyterhub.sqlite` } } });
      const { hub, token } = subject;
      try {
        for (let tried = 0; tried < tries; tried += 1) {
          const began = performance.now();
          fill(disk);
          const method = tried % 2 === 0 ? 'POST' : 'DELETE';
          await Promise.all(namesOf(USERS).map((name) => hub.request(method, `/users/${name}/server`, { token })));
          rmSync(path.join(disk, 'filler'));
          await addSettled(outcome, subject, began);
        }
      } finally {
        await dispose(subject);
      }
      return outcome;
    } finally {
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  },
};

/** Writes until nothing more fits. */
function fill(disk: string): void {
  for (let size = 1 << 20; size >= 512; size /= 2) {
    try {
      for (;;) writeFileSync(path.join(disk, 'filler'), Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
