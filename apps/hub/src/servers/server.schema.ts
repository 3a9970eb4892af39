import { z } from 'zod';
import { time } from '../http/wire.schema.js';

const options = z.record(z.string(), z.unknown());

/** Why a start failed. */
export const failureSchema = z.object({
  code: z.string(),
  message: z.string().describe('For the person who asked for the server'),
  detail: z.string().optional().describe('For the operator: only with admin:server_state'),
  hint: z.string().describe('What to do'),
  log: z.array(z.string()).describe('The last lines that the server wrote'),
});

const queueSchema = z.object({
  position: z.int().min(1).describe('1 for the next one'),
  estimated_wait_seconds: z.int().min(1).nullable().describe('null while nobody can know'),
});

const elara = z
  .object({
    failure: failureSchema.optional(),
    queue: queueSchema.optional().describe('Where it waits for its turn'),
    cull_warning: z.object({ at: time, reason: z.string() }).optional().describe('It is going to be stopped, not before `at`, unless it is used'),
    stop: z
      .object({
        at: time,
        code: z.enum(['asked', 'exited', 'logout', 'blocked', 'hub']),
        by: z.string().nullable().describe('Who asked for it, e.g. `service cull-idle`'),
        detail: z.string().describe('An exit status, or why a service stopped it; may be empty'),
      })
      .optional()
      .describe('Why it was stopped, when it ran before and does not now'),
  })
  .optional();

/** A server as the API shows it. */
export const serverSchema = z.object({
  name: z.string().describe('"" for the default server'),
  display_name: z.string().nullable(),
  full_name: z.string().describe('user/server'),
  last_activity: time.nullable(),
  started: time.nullable(),
  pending: z.enum(['spawn', 'stop']).nullable(),
  ready: z.boolean(),
  stopped: z.boolean(),
  url: z.string(),
  user_options: options.nullable(),
  progress_url: z.string(),
  full_url: z.string().nullable(),
  full_progress_url: z.string().nullable(),
  state: options.nullable().optional().describe('Only with admin:server_state'),
  elara,
});

/** A server that runs although no row knows of it. */
export const orphanSchema = z.object({
  user: z.string().describe('As the process says'),
  server: z.string().describe('As the process says; "" for the default server'),
  state: options,
  since: time.describe('When it was seen first'),
  because: z.string().describe('Why it is left as it is'),
});

/** The body that starts or makes a server; without either key it is the options as a whole. */
export const serverRequestSchema = z.union([z.object({ display_name: z.string().optional(), user_options: options.nullish() }), options]);

export const serverChangeSchema = z.strictObject({ name: z.string().optional(), display_name: z.string().optional(), user_options: options.optional() });

export const stopRequestSchema = z.object({ remove: z.boolean().optional().describe('Forget the named server as well') });

/** What stands behind `data:` in each event of a progress stream. */
export const progressEventSchema = z.object({
  progress: z.int().min(0).max(100),
  message: z.string(),
  html_message: z.string().optional(),
  ready: z.literal(true).optional(),
  failed: z.literal(true).optional(),
  url: z.string().optional(),
  elara,
});

export const activityReportSchema = z.object({
  last_activity: time.optional().describe('Of the user'),
  servers: z.record(z.string(), z.object({ last_activity: time })).optional().describe('By name'),
});
