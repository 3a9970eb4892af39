import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive, root } from '../support/hub.js';
import type { Fault } from './fault.js';
import { serverPids } from './state.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 4;
const DAY_MS = 86_400_000;

/** The clock is set forward by a day while servers run and others start. */
export const clockJump: Fault = {
  name: 'clock set forward by a day',
  tries: { short: 1, full: 10 },
  recoversWithin: 30,
  run(tries) {
    const shift = path.join(root, 'test', 'support', 'shifted-clock.mjs');
    return withSubject({ users: USERS, services: 1, env: (dir) => ({ NODE_OPTIONS: `--import=${shift}`, CLOCK_FILE: path.join(dir, 'clock') }) }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      const [running, ...starting] = namesOf(USERS);
      const send = (method: string, name: string) => hub.request(method, `/users/${name}/server`, { token });
      await send('POST', running!);
      for (let tried = 1; tried <= tries; tried += 1) {
        const [pid] = serverPids(hub, [running!]);
        const began = performance.now();
        const started = Promise.all(starting.map((name) => send('POST', name)));
        writeFileSync(path.join(hub.dir, 'clock'), String(tried * DAY_MS));
        outcome.lost += (await started).filter(({ ok }) => !ok).length;
        await addSettled(outcome, subject, began);
        if (!isAlive(pid!)) outcome.lost += 1;
        await Promise.all(starting.map((name) => send('DELETE', name)));
      }
    });
  },
};
