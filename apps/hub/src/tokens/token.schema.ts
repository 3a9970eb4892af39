import { z } from 'zod';
import { time } from '../http/wire.schema.js';

/** A token as the API shows it, without its secret. */
export const tokenSchema = z.object({
  user: z.string(),
  id: z.string().describe('e.g. a12'),
  kind: z.literal('api_token'),
  roles: z.array(z.string()),
  scopes: z.array(z.string()).describe('All that it grants right now'),
  created: time.nullable(),
  last_activity: time.nullable(),
  expires_at: time.nullable(),
  note: z.string().nullable(),
  session_id: z.string().nullable(),
  oauth_client: z.string(),
});

export const newTokenSchema = tokenSchema.extend({ token: z.string().describe('The secret, shown this once') });

export const tokenListSchema = z.object({ api_tokens: z.array(tokenSchema) });

export const tokenRequestSchema = z.object({
  note: z.string().nullish(),
  scopes: z.array(z.string()).nullish(),
  roles: z.array(z.string()).nullish().describe('In place of scopes'),
  expires_in: z.int().min(0).nullish().describe('Seconds; 0 or nothing: never, or the longest that is allowed'),
  auth: z.record(z.string(), z.unknown()).optional().describe('A login, in place of a token: username and password'),
});
