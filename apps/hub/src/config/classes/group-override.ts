import { z } from 'zod';
import type { OverrideValue } from '../hooks/functions.js';
import { callable } from '../traits.js';

/** Values for keys of the spawner; only the keys `overridable` exist. */
export const override = (overridable: string[]) => onlyKeys(z.record(z.string(), z.unknown()), overridable);

const onlyKeys = <T extends z.ZodType<Record<string, unknown>>>(record: T, overridable: string[]) =>
  record.superRefine((written, context) => {
    for (const unknown of Object.keys(written).filter((key) => !overridable.includes(key))) {
      context.addIssue({
        code: 'custom',
        path: [unknown],
        params: { written: unknown, names: overridable },
        message: 'the spawner has no such key',
      });
    }
  });

/** `Spawner.group_overrides`: by a name that decides the order. Null removes a key, mappings are merged. */
export const groupOverrides = (overridable: string[]) =>
  z.record(
    z.string(),
    z.strictObject({
      groups: z.array(z.string()),
      spawner_override: onlyKeys(z.record(z.string(), z.union([callable<OverrideValue>('OverrideValue'), z.unknown()])), overridable),
    }),
  );
