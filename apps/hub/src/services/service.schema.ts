import { z } from 'zod';
import { MISSED_POLICIES } from './schedule.js';

const exit = z.object({ code: z.int().nullable(), signal: z.string().nullable(), error: z.string().nullable(), at: z.string() });

const state = z.enum(['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed']);

const lastRun = z.object({
  number: z.int(),
  cause: z.enum(['schedule', 'missed', 'request']),
  started: z.string(),
  ended: z.string().nullable(),
  duration_seconds: z.number().nullable(),
  exit: z.object({ code: z.int().nullable(), signal: z.string().nullable(), error: z.string().nullable() }),
});

const schedule = z.object({
  cron: z.string(),
  timezone: z.string().nullable(),
  missed: z.enum(MISSED_POLICIES),
  last_run: lastRun.nullable(),
});

const probe = z
  .object({
    healthy: z.boolean().nullable().describe('null until a threshold was reached'),
    in_row: z.int().describe('How many looks in a row had the last outcome'),
    problem: z.string().nullable().describe('Why the last look failed'),
    checked: z.string(),
  })
  .nullable()
  .describe('null without such a probe, or before its first look');

const health = z.object({ status: z.enum(['healthy', 'unhealthy', 'unknown']), readiness: probe, liveness: probe });

const run = z.object({
  state,
  reason: z.string().describe('Why it is in this state'),
  waiting_for: z.array(z.string()).describe('Services that it waits for before it is started'),
  since: z.string(),
  restarts: z.int().describe('Since it was last started by request'),
  start_limit: z.int().describe('Restarts in a row after which it has failed; 0 for no limit'),
  next_start: z.string().nullable(),
  exit: exit.nullable().describe('How it ended last'),
  health: health.describe('What its probes find'),
  events: z.array(z.object({ time: z.string(), state, reason: z.string() })).describe('The last changes of state, the oldest first'),
  schedule: schedule.optional().describe('Of a service that runs at times'),
});

/** A service as the API shows it: what the caller may not see is absent. */
export const serviceSchema = z.object({
  kind: z.literal('service'),
  name: z.string(),
  admin: z.boolean(),
  url: z.string().nullable().optional(),
  prefix: z.string().optional(),
  command: z.array(z.string()).optional(),
  pid: z.int().optional().describe('0 when no process of it runs'),
  info: z.unknown().optional(),
  display: z.boolean().nullable().optional(),
  roles: z.array(z.string()).optional(),
  elara: run.optional().describe('How a managed service runs'),
});
