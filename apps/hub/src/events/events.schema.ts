import { z } from 'zod';

const change = z.enum(['changed', 'removed']).describe('changed: it is there, new or otherwise than before');

export const hubEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refresh').describe('Read anew what you show: the first event of every stream, and after some were lost') }),
  z.object({
    kind: z.literal('server'),
    change,
    user: z.string(),
    server: z.string().describe('Empty for the default server'),
    state: z.enum(['stopped', 'queued', 'spawn-pending', 'ready', 'stop-pending']).optional(),
    queue: z.object({ position: z.int(), estimated_wait_seconds: z.number().nullable() }).optional().describe('Where its start waits for its turn'),
  }),
  z.object({
    kind: z.literal('service'),
    change,
    service: z.string(),
    state: z.enum(['stopped', 'starting', 'running', 'backoff', 'stopping', 'failed']).optional().describe('Absent for services that the hub does not run'),
  }),
  z.object({ kind: z.literal('user'), change, user: z.string() }),
  z.object({ kind: z.literal('group'), change, group: z.string() }),
  z.object({ kind: z.literal('account'), change, user: z.string() }).describe("An account of the hub's own: somebody has signed up, was approved, or was removed"),
]);
