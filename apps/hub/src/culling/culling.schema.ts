import { z } from 'zod';
import { time } from '../http/wire.schema.js';

const TEN_YEARS = 315_360_000;
const LONGEST_REASON = 500;
const MOST_GROUPS = 1000;

const seconds = z.number().min(0).max(TEN_YEARS);
const limit = seconds.nullable().describe('Seconds; null: never');

/** When a culler stops servers. */
export const cullPolicySchema = z.strictObject({
  timeout: z.strictObject({ default: limit, named: limit }).describe('How long servers of each kind may be idle'),
  group_timeout: z
    .record(z.string().max(255), limit)
    .refine((groups) => Object.keys(groups).length <= MOST_GROUPS, `must not be more than ${MOST_GROUPS} groups`)
    .describe('The same for members of groups, instead; the longest of several'),
  max_age: limit.describe('How old a server may become, in use or not'),
  grace: seconds.describe('Seconds from a warning to the stop; 0: no warnings'),
});

export const cullerReportSchema = z.strictObject({
  policy: cullPolicySchema,
  cull_every: z.number().positive().max(TEN_YEARS).describe('Seconds from one round to the next'),
});

/** A culler that has reported to this hub. */
export const cullerSchema = z.object({
  culler: z.string().describe('Whose token it has, e.g. service cull-idle'),
  policy: cullPolicySchema,
  cull_every: z.number(),
  last_round: time,
  next_round: time,
  silent: z.boolean().describe('It has missed two rounds, and may not run any more'),
});

export const cullersSchema = z.object({ now: time, since: time.describe('When this hub started to listen'), cullers: z.array(cullerSchema) });

/** What the owner of a server is told before it is stopped. */
export const cullWarningSchema = z.object({ at: time.describe('Not before'), reason: z.string() });

export const cullWarningRequestSchema = z.strictObject({
  at: z.iso.datetime({ offset: true }).describe('Not before'),
  reason: z.string().min(1).max(LONGEST_REASON),
  idle_since: z.iso.datetime({ offset: true }).nullable().describe('The warning is void once the server was in use after this moment; null: it holds in any case'),
});

const age = z.number().nullable().describe('Seconds');

const verdictSchema = cullerSchema.pick({ culler: true, silent: true, next_round: true }).extend({
  action: z.enum(['keep', 'warn', 'stop']),
  code: z.enum(['not-running', 'unknown', 'spared', 'in-use', 'stale', 'warn', 'warned', 'unconfirmed', 'idle', 'too-old']),
  text: z.string().describe('Why, for people'),
  due: time.nullable().describe('The earliest moment at which it can be stopped if nothing changes; null: none'),
});

/** What is known of a server's use, and what cullers make of it. */
export const serverActivitySchema = z.object({
  server: z.string().describe('user/server'),
  text: z.string().describe('One sentence for people'),
  now: time,
  ready: z.boolean(),
  pending: z.enum(['spawn', 'stop']).nullable(),
  started: time.nullable(),
  age,
  last_activity: time.nullable(),
  idle: age,
  stale: z.boolean().describe('What is known is too old to act upon'),
  freshness: z.string().describe('How recent it is, in words'),
  sources: z.object({
    proxy: z.object({ last: time.nullable(), age, read: time.nullable().describe('When the proxy was asked'), interval: z.number() }),
    report: z.object({ last: time.nullable(), age, received: time.nullable().describe('When the last report came'), interval: z.number() }),
    api: z.object({ last: time.nullable().describe('Its start, or a call with its token'), age }),
  }),
  warning: cullWarningSchema.nullable(),
  verdicts: z.array(verdictSchema).describe('One for each culler that has reported'),
});

export type CullerReport = z.infer<typeof cullerReportSchema>;
export type CullersModel = z.infer<typeof cullersSchema>;
export type CullWarningRequest = z.infer<typeof cullWarningRequestSchema>;
export type ServerActivityModel = z.infer<typeof serverActivitySchema>;
