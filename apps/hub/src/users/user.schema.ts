import { z } from 'zod';
import { time } from '../http/wire.schema.js';
import { serverSchema } from '../servers/server.schema.js';
import { serviceSchema } from '../services/service.schema.js';

/** A user as the API shows it: what the caller may not see is absent. */
export const userSchema = z.object({
  kind: z.literal('user'),
  name: z.string(),
  admin: z.boolean().optional(),
  roles: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
  server: z.string().nullable().optional().describe('Address of the default server, once it is ready'),
  pending: z.enum(['spawn', 'stop']).nullable().optional(),
  created: time.nullable().optional(),
  last_activity: time.nullable().optional(),
  user_info: z.unknown().optional(),
  auth_state: z.record(z.string(), z.unknown()).nullable().optional(),
  servers: z.record(z.string(), serverSchema).optional().describe('By name; the default server is ""'),
});

const request = {
  token_id: z.string().nullable().describe('null for a browser that is logged in'),
  session_id: z.string().nullable(),
  scopes: z.array(z.string()).describe('All that the request may do'),
};

/** Whose a token or cookie is; nothing, when the caller may see nothing of them. */
export const tokenOwnerSchema = z.union([userSchema, serviceSchema, z.strictObject({})]);

/** Who asks: a user or a service, and what the request may do. */
export const requestIdentitySchema = z.union([userSchema.extend(request), serviceSchema.extend(request)]);
