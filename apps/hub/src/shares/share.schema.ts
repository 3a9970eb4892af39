import { z } from 'zod';
import { time } from '../http/wire.schema.js';

const named = z.object({ name: z.string() });

/** A server as shares show it. */
export const sharedServerSchema = z.object({
  user: named.describe('Its owner'),
  name: z.string(),
  url: z.string(),
  full_url: z.string().nullable(),
  ready: z.boolean(),
});

export const shareSchema = z.object({
  server: sharedServerSchema,
  scopes: z.array(z.string()),
  user: named.nullable(),
  group: named.nullable(),
  kind: z.enum(['user', 'group']),
  created_at: time.nullable(),
});

/** What is left of a share: nothing, when all was taken back. */
export const remainingShareSchema = z.union([shareSchema, z.strictObject({})]);

export const shareCodeSchema = z.object({
  server: sharedServerSchema,
  scopes: z.array(z.string()),
  id: z.string().describe('e.g. sc_3'),
  created_at: time.nullable(),
  expires_at: time.nullable(),
  exchange_count: z.int(),
  last_exchanged_at: time.nullable(),
});

export const newShareCodeSchema = shareCodeSchema.extend({
  code: z.string().describe('The secret, shown this once'),
  accept_url: z.string(),
  full_accept_url: z.string().nullable(),
});
