import { z } from 'zod';

/** An account of the hub's own as the API shows it. */
export const nativeAccountSchema = z.object({
  name: z.string(),
  approved: z.boolean().describe('False: the person waits, and cannot log in'),
  approved_by: z.string().nullable().describe('Who let them in; null: nobody yet, or a rule of the config'),
  email: z.string().nullable().describe('As it was typed; nothing was ever sent there'),
  two_factor: z.boolean().describe('One-time codes are asked for'),
  user_exists: z.boolean().describe('There is a user of this name, whose servers and rights an approval gives to whoever signed up'),
  created: z.string(),
  changed: z.string().describe('When password or one-time codes were last changed'),
});

export type NativeAccountModel = z.infer<typeof nativeAccountSchema>;
