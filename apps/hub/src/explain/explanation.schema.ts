import { z } from 'zod';

const reason = z.object({
  role: z.string().nullable().describe('null for a share'),
  share: z.string().nullable().describe('The server that is shared, user/server; null for a role'),
  group: z.string().nullable().describe('That brings the role, or that the server is shared with; null when given directly'),
  scope: z.string(),
});

export const explanationSchema = z.object({
  allowed: z.boolean(),
  text: z.string().describe('One sentence for people'),
  reasons: z.array(reason).describe('Every role and share that grants it to the owner'),
  held: z.array(z.string()).describe('The forms of the scope that are held, with their filters'),
  token_scopes: z.array(z.string()).optional().describe('What the token was made with'),
});
