import { z } from 'zod';

const names = z.array(z.string());

/** One entry of `services`, as written: the services module checks its keys. */
export const serviceRecord = z.looseObject({ name: z.string().min(1) });

/** One entry of `load_groups`; a plain list is the older form and means the users. */
export const groupSpec = z.union([
  z.strictObject({ users: names.optional(), properties: z.record(z.string(), z.unknown()).optional() }),
  names.transform((users): { users?: string[]; properties?: Record<string, unknown> } => ({ users })),
]);

const ROLE_NAME = /^[a-z][a-z0-9\-_~.]{1,253}[a-z0-9]$/;

/** One entry of `load_roles` (reference hub-behaviour 5.6). */
export const roleSpec = z.strictObject({
  name: z
    .string()
    .regex(ROLE_NAME, 'expected 3 to 255 of a-z 0-9 - _ ~ . that start with a letter and end with a letter or digit'),
  description: z.string().optional(),
  scopes: names.optional(),
  users: names.optional(),
  groups: names.optional(),
  services: names.optional(),
});

/** One entry of `custom_scopes`. */
export const customScope = z.strictObject({ description: z.string(), subscopes: names.optional() });
