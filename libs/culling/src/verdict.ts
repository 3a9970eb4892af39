import { duration, freshness, lastHeard, type ServerFacts } from './facts.js';
import { type CullPolicy, type IdleLimit, idleLimit } from './policy.js';

/**
 * Why a server is kept, warned of or stopped: `not-running`, `unknown` (no times), `spared` (its kind or group is never stopped), `in-use`,
 * `stale` (idle as far as is known, and that is not recent enough), `warn` (to be warned of now), `warned` (the warning runs),
 * `unconfirmed` (the warning has run out, but nobody has looked since whether it is in use), `idle` and `too-old` (to be stopped now).
 */
export type VerdictCode = 'not-running' | 'unknown' | 'spared' | 'in-use' | 'stale' | 'warn' | 'warned' | 'unconfirmed' | 'idle' | 'too-old';

/** What is to be done about a server, and why. */
export interface Verdict {
  action: 'keep' | 'warn' | 'stop';
  code: VerdictCode;
  /** For people and logs. */
  text: string;
  /** The earliest moment at which it can be stopped if nothing changes, in ms since the epoch; null: none. */
  due: number | null;
  /** Which limit it has come to, or comes to next; null: none. */
  ground: Ground['code'] | null;
}

interface Ground {
  code: 'idle' | 'too-old';
  due: number;
}

/** What the judgement goes by, worked out once. */
interface Case {
  facts: ServerFacts;
  policy: CullPolicy;
  now: number;
  limit: IdleLimit;
  idleSince: number | null;
  /** e.g. `idle for 00:10:00, age 01:00:00`. */
  times: string;
}

/**
 * Whether a culler of this policy stops a server.
 * @param now milliseconds since the epoch, by the clock of the hub
 */
export function judgeServer(facts: ServerFacts, policy: CullPolicy, now: number): Verdict {
  if (facts.pending) return keep('not-running', `its ${facts.pending} is pending`);
  if (!facts.ready) return keep('not-running', 'it does not run');
  const one = caseOf(facts, policy, now);
  const grounds = groundsOf(one);
  const reached = grounds.filter(({ due }) => now >= due - policy.grace * 1000);
  const { stale, text } = freshness(facts, now);
  const sound = stale ? reached.filter(({ code }) => code !== 'idle') : reached;
  if (sound.length > 0) return proceed(one, earliest(sound));
  if (reached.length > 0) return keep('stale', `${one.times}: too little is known to call it idle, because ${text}`);
  return spare(one, grounds);
}

function caseOf(facts: ServerFacts, policy: CullPolicy, now: number): Case {
  const idleSince = facts.lastActivity ?? facts.started;
  const times = `idle for ${duration(secondsTo(now, idleSince))}, age ${duration(secondsTo(now, facts.started))}`;
  return { facts, policy, now, idleSince, times, limit: idleLimit(policy, facts.name, facts.groups) };
}

function groundsOf({ facts, policy, limit, idleSince }: Case): Ground[] {
  const grounds: Ground[] = [];
  if (limit.seconds !== null && idleSince !== null) grounds.push({ code: 'idle', due: idleSince + limit.seconds * 1000 });
  if (policy.max_age !== null && facts.started !== null) grounds.push({ code: 'too-old', due: facts.started + policy.max_age * 1000 });
  return grounds;
}

/** It has come so far that somebody has to be warned, or the server stopped. */
function proceed(one: Case, ground: Ground): Verdict {
  const { facts, policy, now, times } = one;
  const { code, due } = ground;
  const why = `${times}: ${limitText(one, code)}`;
  if (policy.grace === 0) return { action: 'stop', code, text: why, due, ground: code };
  if (!facts.warning) return { action: 'warn', code: 'warn', text: why, due: Math.max(due, now + policy.grace * 1000), ground: code };
  const end = { code, due: Math.max(due, facts.warning.at) };
  if (now < end.due) return keep('warned', `${why}; its owner was warned, ${duration((end.due - now) / 1000)} are left`, end);
  const heard = lastHeard(facts);
  // whoever comes back before the time that the warning names keeps the server, also when the proxy is asked rarely
  if (code === 'idle' && facts.signals && (heard === null || heard < end.due)) {
    return keep('unconfirmed', `${why}; its owner was warned, and nobody has looked since whether it is in use`, end);
  }
  return { action: 'stop', code, text: why, due: end.due, ground: code };
}

function spare({ limit, idleSince, times, policy }: Case, grounds: readonly Ground[]): Verdict {
  const next = grounds.length > 0 ? earliest(grounds) : undefined;
  if (limit.seconds === null) return keep('spared', `${times}: ${limit.of.replace(/^the group/, 'servers of the group')} are not culled when idle`, next);
  if (idleSince === null) return keep('unknown', 'the hub does not tell when it was last used');
  const age = policy.max_age === null ? '' : `, age limit is ${duration(policy.max_age)}`;
  return keep('in-use', `${times}: ${idleText(limit)}${age}`, next);
}

const limitText = ({ limit, policy }: Case, code: Ground['code']): string =>
  code === 'idle' ? idleText(limit) : `age limit is ${duration(policy.max_age ?? undefined)}`;

const idleText = ({ seconds, of }: IdleLimit): string => `idle limit of ${of} is ${duration(seconds ?? undefined)}`;

const earliest = (grounds: readonly Ground[]): Ground => grounds.reduce((first, one) => (one.due < first.due ? one : first));

const keep = (code: VerdictCode, text: string, next?: Ground): Verdict => ({
  action: 'keep',
  code,
  text,
  due: next?.due ?? null,
  ground: next?.code ?? null,
});

const secondsTo = (now: number, then: number | null): number | undefined => (then === null ? undefined : (now - then) / 1000);
