import path from 'node:path';
import { TestHub, until } from '../support/hub.js';
import { COUNTING, MOCK } from '../support/programs.js';
import { missingLines } from './service-logs.js';
import { isSettled, type Mismatch, mismatches, overdueRows, type Subject } from './state.js';
import { nothing, type Outcome, since } from './fault.js';

export const TOKEN = 'faults-admin-token-0123456789';

interface Wish {
  users: number;
  services: number;
  /** Command of the servers. */
  cmd?: readonly string[];
  /** Further classes of the config. */
  traits?: Record<string, Record<string, unknown>>;
  /** Variables of the hub itself, given its folder. */
  env?: (dir: string) => NodeJS.ProcessEnv;
}

/** A hub with people and managed services, all of which run. */
async function startSubject({ users, services, cmd = MOCK, traits = {}, env = () => ({}) }: Wish): Promise<Subject> {
  const names = Array.from({ length: services }, (_, index) => `service${index}`);
  const configured = [{ name: 'watcher', api_token: TOKEN, admin: true }, ...names.map((name) => ({ name, command: COUNTING }))];
  const made = new TestHub({
    ...traits,
    JupyterHub: { services: configured, ...traits.JupyterHub },
    Spawner: { cmd, ...traits.Spawner },
  });
  const hub = await made.start(env(made.dir));
  const database = traits.JupyterHub?.db_url ? String(traits.JupyterHub.db_url).replace('sqlite:///', '') : path.join(hub.dir, 'jupyterhub.sqlite');
  const subject = { hub, token: TOKEN, services: names, database };
  await hub.request('POST', '/users', { token: TOKEN, body: { usernames: namesOf(users) } });
  await settle(subject);
  return subject;
}

export const namesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `user${index}`);

/** Waits until nothing is amiss; counts what still is when the patience is at its end. */
export async function settle(subject: Subject, patienceMs = 60_000): Promise<Mismatch> {
  let found: Mismatch = { orphaned: [], missing: [], pending: [], routes: [] };
  await until(
    'all is settled',
    async () => {
      found = await mismatches(subject).catch((error: Error) => ({ orphaned: [], missing: [], pending: [], routes: [error.message] }));
      return isSettled(found);
    },
    patienceMs,
  ).catch(() => undefined);
  return found;
}

/** Waits as `settle` does, and adds to the outcome what is wrong then. */
export async function addSettled(outcome: Outcome, subject: Subject, began: number, patienceMs?: number): Promise<void> {
  const { orphaned, missing, pending, routes } = await settle(subject, patienceMs);
  outcome.recoverySeconds = Math.max(outcome.recoverySeconds, since(began));
  outcome.orphaned += orphaned.length;
  outcome.lost += missing.length + missingLines(subject.hub);
  outcome.stuck += pending.length + routes.length + (await overdueRows(subject));
}

/** Lets something happen to a hub that is there only for that. @returns the outcome that `suffer` filled in */
export async function withSubject(wish: Wish, tries: number, suffer: (subject: Subject, outcome: Outcome) => Promise<void>): Promise<Outcome> {
  const outcome = nothing(tries);
  const subject = await startSubject(wish);
  try {
    await suffer(subject, outcome);
    return outcome;
  } finally {
    await subject.hub.dispose(TOKEN);
  }
}
