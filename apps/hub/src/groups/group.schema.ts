import { z } from 'zod';

/** A group as the API shows it: what the caller may not see is absent. */
export const groupSchema = z.object({
  kind: z.literal('group'),
  name: z.string(),
  users: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  roles: z.array(z.string()).optional(),
});

/** What a body replaces a group's properties with. */
export const groupPropertiesSchema = z.record(z.string(), z.unknown());
