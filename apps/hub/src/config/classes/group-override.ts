import { z } from 'zod';

/** Values for keys of the spawner; only the keys `overridable` exist. */
export const override = (overridable: string[]) =>
  z.record(z.string(), z.unknown()).superRefine((written, context) => {
    for (const unknown of Object.keys(written).filter((key) => !overridable.includes(key))) {
      context.addIssue({
        code: 'custom',
        path: [unknown],
        params: { written: unknown, names: overridable },
        message: 'the spawner has no such key',
      });
    }
  });

/** One entry of `Spawner.group_overrides`: null removes a key, mappings are merged. */
export const groupOverride = (overridable: string[]) =>
  z.strictObject({ groups: z.array(z.string()), spawner_override: override(overridable) });
