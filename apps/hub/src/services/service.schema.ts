import { z } from 'zod';

const exit = z.object({ code: z.int().nullable(), signal: z.string().nullable(), error: z.string().nullable(), at: z.string() });

const run = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed']),
  since: z.string(),
  restarts: z.int(),
  next_start: z.string().nullable(),
  exit: exit.nullable().describe('How it ended last'),
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
