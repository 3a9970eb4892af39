import { z } from 'zod';

/** One entry of `Spawner.group_overrides`: null removes a key, mappings are merged; only the keys `overridable` exist. */
export const groupOverride = (overridable: string[]) =>
  z.strictObject({
    groups: z.array(z.string()),
    spawner_override: z.record(z.string(), z.unknown()).superRefine((override, context) => {
      for (const written of Object.keys(override).filter((key) => !overridable.includes(key))) {
        context.addIssue({
          code: 'custom',
          path: [written],
          params: { written, names: overridable },
          message: 'the spawner has no such key',
        });
      }
    }),
  });
