import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mayMount, mountDisk, unmountDisk } from '../support/disk.js';
import type { Fault } from './fault.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 5;
const SIZE = '12m';

/** The disk of the database is full while servers start and stop. */
export const fullDisk: Fault = {
  name: 'disk full',
  tries: { short: 1, full: 10 },
  recoversWithin: 40,
  isPossible: mayMount,
  async run(tries) {
    const disk = mkdtempSync(path.join(tmpdir(), 'elara-disk-'));
    mountDisk(disk, `size=${SIZE}`);
    try {
      const traits = { JupyterHub: { db_url: `sqlite:///${disk}/jupyterhub.sqlite` } };
      return await withSubject({ users: USERS, services: 1, traits }, tries, async (subject, outcome) => {
        for (let tried = 0; tried < tries; tried += 1) {
          const began = performance.now();
          fill(disk);
          const method = tried % 2 === 0 ? 'POST' : 'DELETE';
          await Promise.all(namesOf(USERS).map((name) => subject.hub.request(method, `/users/${name}/server`, { token: subject.token })));
          rmSync(path.join(disk, 'filler'));
          await addSettled(outcome, subject, began);
        }
      });
    } finally {
      unmountDisk(disk);
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
