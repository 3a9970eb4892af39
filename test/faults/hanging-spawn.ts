import { MOCK } from '../support/programs.js';
import type { Fault } from './fault.js';
import { addSettled, withSubject } from './subject.js';

/** By the first word of a name, what its server does: see mock-singleuser.mjs. */
const PEOPLE = ['never-listens', 'slow-listens', 'stuck-stops', 'exit-atonce', 'slowstuck-both'];
const TRAITS = {
  Spawner: { start_timeout: 2, http_timeout: 2 },
  LocalProcessSpawner: { interrupt_timeout: 1, term_timeout: 1, kill_timeout: 5 },
};

/** Servers that hang while they start, or while they stop; some are cancelled on the way. */
export const hangingSpawn: Fault = {
  name: 'spawn that hangs in every step',
  tries: { short: 1, full: 10 },
  recoversWithin: 40,
  run: (tries) =>
    withSubject({ users: 1, services: 1, cmd: [...MOCK, '--by-name'], traits: TRAITS }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      await hub.request('POST', '/users', { token, body: { usernames: PEOPLE } });
      for (let tried = 0; tried < tries; tried += 1) {
        const began = performance.now();
        await Promise.all(PEOPLE.map((name) => hub.request('POST', `/users/${name}/server`, { token })));
        await Promise.all(PEOPLE.map((name) => hub.request('DELETE', `/users/${name}/server`, { token })));
        await addSettled(outcome, subject, began);
      }
    }),
};
