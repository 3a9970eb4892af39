import { census } from '../support/census.js';
import { until } from '../support/hub.js';
import type { Fault } from './fault.js';
import { addSettled, withSubject } from './subject.js';

/** `kill -9` of services, again and again: each comes back, once. */
export const serviceKill: Fault = {
  name: 'kill -9 of services, in loops',
  tries: { short: 4, full: 30 },
  recoversWithin: 40,
  run: (tries) =>
    withSubject({ users: 1, services: 5 }, tries, async (subject, outcome) => {
      for (let tried = 0; tried < tries; tried += 1) {
        const began = performance.now();
        const killed = subject.services[tried % subject.services.length]!;
        const [victim] = census(subject.hub).services.get(killed)!;
        process.kill(victim!.pid, 'SIGKILL');
        await until('another process runs', () => census(subject.hub).services.get(killed)?.some(({ pid }) => pid !== victim!.pid), 60_000);
        await addSettled(outcome, subject, began);
      }
    }),
};
