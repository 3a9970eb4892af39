import { z } from 'zod';

const exit = z.object({ code: z.int().nullable(), signal: z.string().nullable(), error: z.string().nullable(), at: z.string() });

const state = z.enum(['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed']);

const run = z.object({
  state,
  reason: z.string().describe('Why it is in this state'),
  waiting_for: z.array(z.string()).describe('Services that it waits for before it is started'),
  since: z.string(),
  restarts: z.int().describe('Since it was last started by request'),
  start_limit: z.int().describe('Restarts in a row after which it has failed; 0 for no limit'),
  next_start: z.string().nullable(),
  exit: exit.nullable().describe('How it ended last'),
  events: z.array(z.object({ time: z.string(), state, reason: z.string() })).describe('The last changes of state, the oldest first'),
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
