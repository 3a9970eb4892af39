import { z } from 'zod';
import { serverActivitySchema } from '../culling/culling.schema.js';

const reason = z.object({
  role: z.string().nullable().describe('null for a share'),
  share: z.string().nullable().describe('The server that is shared, user/server; null for a role'),
  group: z.string().nullable().describe('That brings the role, or that the server is shared with; null when given directly'),
  scope: z.string(),
});

const rightsSchema = z.object({
  allowed: z.boolean(),
  text: z.string().describe('One sentence for people'),
  reasons: z.array(reason).describe('Every role and share that grants it to the owner'),
  held: z.array(z.string()).describe('The forms of the scope that are held, with their filters'),
  token_scopes: z.array(z.string()).optional().describe('What the token was made with'),
});

/** About a right, or about the culling of a server. */
export const explanationSchema = z.union([rightsSchema, serverActivitySchema]);
