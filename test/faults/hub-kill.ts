import { isAlive } from '../support/hub.js';
import type { Fault } from './fault.js';
import { serverPids, type Subject } from './state.js';
import { addSettled, namesOf, withSubject } from './subject.js';

const USERS = 20;
/** How long the hub is left to work before it is killed. */
const LONGEST_WORK_MS = 1500;
/** Of these, about half of the people ask for something in each try. */
const ACTIVE = 0.5;

/** `kill -9` of the hub while servers start, stop and restart. */
export const hubKill: Fault = {
  name: 'kill -9 of the hub',
  tries: { short: 6, full: 200 },
  recoversWithin: 30,
  run: (tries) =>
    withSubject({ users: USERS, services: 5 }, tries, async (subject, outcome) => {
      const tokens = await mintTokens(subject);
      for (let tried = 0; tried < tries; tried += 1) {
        const untouched = setToWork(subject);
        await pause(Math.random() * LONGEST_WORK_MS);
        const running = serverPids(subject.hub, untouched);
        await subject.hub.kill('SIGKILL');
        const began = performance.now();
        await subject.hub.start();
        await addSettled(outcome, subject, began);
        outcome.lost += running.filter((pid) => !isAlive(pid)).length + (await lostTokens(subject, tokens));
      }
    }),
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks for starts and stops without waiting for them. @returns those of whom nothing was asked: their servers have to stay */
function setToWork({ hub, token }: Subject): string[] {
  return namesOf(USERS).filter((name) => {
    if (Math.random() >= ACTIVE) return true;
    const send = (method: string) => hub.request(method, `/users/${name}/server`, { token }).catch(() => undefined);
    if (Math.random() < 0.6) void send('POST');
    else if (Math.random() < 0.5) void send('DELETE');
    else void send('DELETE').then(() => send('POST'));
    return false;
  });
}

async function mintTokens({ hub, token }: Subject): Promise<string[]> {
  const answers = namesOf(USERS).map((name) => hub.request('POST', `/users/${name}/tokens`, { token }));
  const minted = (await Promise.all((await Promise.all(answers)).map((answer) => answer.json()))) as { token: string }[];
  return minted.map((one) => one.token);
}

async function lostTokens({ hub }: Subject, tokens: readonly string[]): Promise<number> {
  const answers = await Promise.all(tokens.map((token) => hub.request('GET', '/user', { token })));
  return answers.filter(({ status }) => status !== 200).length;
}
