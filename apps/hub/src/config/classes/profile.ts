import { z } from 'zod';
import { override } from './group-override.js';

/** Overrides under our name of the key, and under the one that files written for KubeSpawner have. */
const overrides = (overridable: string[]) => ({
  spawner_override: override(overridable).default({}),
  kubespawner_override: override(overridable).default({}),
});

const inOne = <T extends { spawner_override: object; kubespawner_override: object }>({ kubespawner_override, spawner_override, ...rest }: T) => ({
  ...rest,
  spawner_override: { ...kubespawner_override, ...spawner_override } as Record<string, unknown>,
});

const shown = { display_name: z.string().min(1), default: z.boolean().default(false) };

const optionChoices = (overridable: string[]) =>
  z.record(z.string(), z.strictObject({ ...shown, ...overrides(overridable) }).transform(inOne)).refine((choices) => Object.keys(choices).length > 0, 'expected at least one choice');

/** One entry of `Spawner.profile_list`, in KubeSpawner's shape. */
export const profile = (overridable: string[]) =>
  z
    .strictObject({
      ...shown,
      ...overrides(overridable),
      description: z.string().default(''),
      slug: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected small letters, digits and hyphens').optional(),
      profile_options: z.record(z.string(), z.strictObject({ display_name: z.string().min(1), choices: optionChoices(overridable) })).default({}),
    })
    .transform((written) => ({ ...inOne(written), slug: written.slug ?? slugOf(written.display_name) }));

export type Profile = z.infer<ReturnType<typeof profile>>;

const slugOf = (name: string) => name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'profile';
