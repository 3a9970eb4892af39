import { census } from '../support/census.js';
import type { Fault } from './fault.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 4;
/** Interrupt, term and kill of a spawner that is told to be quick. */
const TRAITS = { Spawner: { poll_interval: 1 }, LocalProcessSpawner: { interrupt_timeout: 1, term_timeout: 1, kill_timeout: 5 } };

/** SIGSTOP of a server: the others go on, and it can be stopped. */
export const frozenServer: Fault = {
  name: 'SIGSTOP of a server',
  tries: { short: 1, full: 20 },
  recoversWithin: 30,
  run: (tries) =>
    withSubject({ users: USERS, services: 1, traits: TRAITS }, tries, async (subject, outcome) => {
      const { hub, token } = subject;
      const send = (method: string, name: string) => hub.request(method, `/users/${name}/server`, { token });
      for (let tried = 0; tried < tries; tried += 1) {
        await Promise.all(namesOf(USERS).map((name) => send('POST', name)));
        const [frozen] = census(hub).servers.get('user0/')!;
        process.kill(frozen!.pid, 'SIGSTOP');
        const began = performance.now();
        const others = await Promise.all(namesOf(USERS).slice(1).map((name) => fetch(`${hub.base}/user/${name}/`)));
        outcome.lost += others.filter(({ status }) => status !== 200).length;
        await Promise.all(namesOf(USERS).map((name) => send('DELETE', name)));
        await addSettled(outcome, subject, began);
      }
    }),
};
