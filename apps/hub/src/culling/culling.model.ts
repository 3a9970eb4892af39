import { freshness, judgeServer, type ServerFacts } from '#culling';
import { fromDbTime, toWireTime } from '../database/values.js';
import type { ActivitySamples } from '../identity/server-activity.js';
import type { CullWarning } from '../servers/cull-warning.js';
import { type Culler, isSilent } from './cullers.js';
import type { CullersModel, ServerActivityModel } from './culling.schema.js';

/** What is known of a server's use; times as database text, and in `facts` as milliseconds. */
export interface KnownActivity {
  /** "user/server". */
  server: string;
  started: string | null;
  lastActivity: string | null;
  samples: ActivitySamples;
  warning: CullWarning | null;
  facts: ServerFacts & Required<Pick<ServerFacts, 'signals'>>;
}

/** Who judges, and when; times in milliseconds. */
export interface Judges {
  cullers: readonly Culler[];
  /** When the hub began to listen to cullers. */
  since: number;
  now: number;
}

type VerdictModel = ServerActivityModel['verdicts'][number];

export function serverActivityModel(known: KnownActivity, judges: Judges): ServerActivityModel {
  const { facts, samples, warning, lastActivity, started } = known;
  const { signals } = facts;
  const { now } = judges;
  const at = (stored: string | null | undefined) => ({ last: toWireTime(stored ?? null), age: age(stored, now) });
  const { stale, text } = freshness(facts, now);
  const verdicts = judges.cullers.map((culler) => verdictModel(culler, facts, now));
  return {
    server: known.server,
    text: verdicts.length > 0 ? verdicts.map((one) => sentence(known.server, one)).join('; ') : unwatched(known.server, judges.since),
    now: wire(now),
    ready: facts.ready,
    pending: facts.pending as ServerActivityModel['pending'],
    started: toWireTime(started),
    age: age(started, now),
    last_activity: toWireTime(lastActivity),
    idle: age(lastActivity ?? started, now),
    stale,
    freshness: text,
    sources: {
      proxy: { ...at(samples.proxy), read: toWireTime(samples.proxy_read ?? null), interval: signals.proxyInterval },
      report: { ...at(samples.report), received: toWireTime(samples.report_received ?? null), interval: signals.reportInterval },
      api: at(samples.api),
    },
    warning: warning && { at: toWireTime(warning.at)!, reason: warning.reason },
    verdicts,
  };
}

export function cullersModel({ cullers, since, now }: Judges): CullersModel {
  const models = cullers.map((culler) => ({ ...roundsOf(culler, now), policy: culler.policy, cull_every: culler.cullEvery, last_round: wire(culler.at) }));
  return { now: wire(now), since: wire(since), cullers: models };
}

function verdictModel(culler: Culler, facts: ServerFacts, now: number): VerdictModel {
  const { action, code, text, due } = judgeServer(facts, culler.policy, now);
  return { ...roundsOf(culler, now), action, code, text, due: due === null ? null : wire(due) };
}

const roundsOf = (culler: Culler, now: number) => ({
  culler: culler.name,
  next_round: wire(culler.at + culler.cullEvery * 1000),
  silent: isSilent(culler, now),
});

function sentence(server: string, { culler, silent, next_round, action, text }: VerdictModel): string {
  if (silent) return `${culler} was due at ${next_round} and may not run any more; by its policy: ${text}`;
  const what = { keep: `${culler} keeps ${server}`, warn: `${culler} will warn of a stop of ${server}`, stop: `${culler} will stop ${server}` }[action];
  return `${what}${action === 'keep' ? '' : ` at ${next_round}`}: ${text}`;
}

const unwatched = (server: string, since: number): string =>
  `no culler has reported since this hub started at ${wire(since)}: none that it knows of will stop ${server} (jupyterhub-idle-culler does not report)`;

const wire = (milliseconds: number): string => new Date(milliseconds).toISOString();

const age = (stored: string | null | undefined, now: number): number | null => {
  const then = fromDbTime(stored ?? null);
  return then && (now - then.getTime()) / 1000;
};
