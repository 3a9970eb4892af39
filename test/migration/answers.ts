import type { Inhabitants } from './inhabitants.js';
import type { MovingHub } from './moving-hub.js';

/** What a hub answers: the value at each place of each answer. */
export type Answers = Map<string, unknown>;

const PAGED = { Accept: 'application/jupyterhub-pagination+json' };

/** Everything that can be asked without changing anything. */
const QUESTIONS: readonly [path: string, headers?: Record<string, string>][] = [
  ['/'],
  ['/info'],
  ['/user'],
  ['/users'],
  ['/users', PAGED],
  ['/users?state=active'],
  ['/users?state=ready'],
  ['/users?state=inactive&limit=2'],
  ...['ada', 'bob', 'cleo', 'dora', 'ünï', 'nobody'].flatMap((name): [string][] => [[`/users/${name}`], [`/users/${name}/tokens`]]),
  ['/users/cleo?include_stopped_servers'],
  ['/users/bob/tokens/a1'],
  ['/groups'],
  ['/groups', PAGED],
  ['/groups/red'],
  ['/groups/blue'],
  ['/groups/none'],
  ['/services'],
  ['/services/admin-script'],
  ['/services/reader'],
  ['/proxy'],
  ['/routes/none'],
];

/** Asks everything as everybody. */
export async function answersOf(hub: MovingHub, { tokens }: Inhabitants): Promise<Answers> {
  const answers: Answers = new Map();
  for (const [who, token] of [...Object.entries(tokens), ['', undefined] as const]) {
    for (const [path, headers] of QUESTIONS) {
      const answer = await hub.request('GET', encodeURI(path), { token, headers });
      const name = `${who || 'without a token'}: ${path}${headers ? ' (paged)' : ''}`;
      answers.set(`${name} status`, answer.status);
      // the texts of errors are each hub's own
      if (answer.ok) take(answers, `${name} `, await answer.json());
      else await answer.arrayBuffer();
    }
  }
  return answers;
}

/** Moves on with every question that is asked. */
const MOVING = 'last_activity';

/** Lists of texts are sets; things with a name or an id are found by it. */
function take(answers: Answers, place: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) take(answers, `${place}[${keyOf(item)}]`, typeof item === 'object' ? item : true);
  else if (typeof value === 'object' && value !== null) for (const [key, member] of Object.entries(value)) take(answers, `${place}.${key}`, key === MOVING ? 'some time' : member);
  else answers.set(place, value);
}

function keyOf(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const { name, id } = item as { name?: string; id?: string };
  return name ?? id ?? JSON.stringify(item);
}

export interface Difference {
  place: string;
  before: unknown;
  after: unknown;
}

/** What is answered otherwise than before; undefined for what is not there. Pure. */
export function differences(before: Answers, after: Answers): Difference[] {
  const places = new Set([...before.keys(), ...after.keys()]);
  return [...places].map((place) => ({ place, before: before.get(place), after: after.get(place) })).filter((one) => one.before !== one.after);
}
