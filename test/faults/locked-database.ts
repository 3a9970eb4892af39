import path from 'node:path';
import { until } from '../support/hub.js';
import { launch } from '../support/programs.js';
import type { Fault } from './fault.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 5;
const LOCK_SECONDS = 5;
const HOLD = `
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
held.execute("ROLLBACK")
`;

/** Another process holds the database while servers start and stop. */
export const lockedDatabase: Fault = {
  name: `database locked for ${LOCK_SECONDS} s`,
  tries: { short: 1, full: 10 },
  recoversWithin: 40,
  run: (tries) =>
    withSubject({ users: USERS, services: 1 }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      for (let tried = 0; tried < tries; tried += 1) {
        const program = launch(['python3', '-c', HOLD, path.join(hub.dir, 'jupyterhub.sqlite'), String(LOCK_SECONDS)]);
        await until('the database is locked', () => program.output().includes('locked'));
        const began = performance.now();
        const method = tried % 2 === 0 ? 'POST' : 'DELETE';
        const answers = await Promise.all(namesOf(USERS).map((name) => hub.request(method, `/users/${name}/server`, { token })));
        // whoever cannot be served is told so, and when to come back
        outcome.lost += answers.filter(({ status, headers }) => status >= 500 && !(status === 503 && headers.has('retry-after'))).length;
        await program.ended;
        await addSettled(outcome, subject, began);
      }
    }),
};
