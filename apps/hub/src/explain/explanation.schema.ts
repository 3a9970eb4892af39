import { z } from 'zod';

export const explanationSchema = z.object({
  allowed: z.boolean(),
  text: z.string().describe('One sentence for people'),
  reasons: z.array(z.object({ role: z.string(), group: z.string().nullable(), scope: z.string() })).describe('Every role that grants it to the owner'),
  held: z.array(z.string()).describe('The forms of the scope that are held, with their filters'),
  token_scopes: z.array(z.string()).optional().describe('What the token was made with'),
});
