import type { Profile } from '../config/classes/profile.js';
import { InvalidInputError } from '../errors.js';

type Options = Record<string, unknown>;

/** What somebody chose of `Spawner.profile_list`. */
export interface ChosenProfile {
  profile: Profile;
  /** The choice for each of the profile's options. */
  choices: Record<string, string>;
}

/** The one that is taken when nobody chooses: it says so, or it comes first. */
const usual = <T extends { default: boolean }>(all: readonly T[]): T => all.find((one) => one.default) ?? all[0]!;

/**
 * Reads the choice from options: `profile` and, for each of its options, `OPTION`.
 * @throws InvalidInputError for a profile or a choice that there is not
 */
export function chosenProfile(profiles: readonly Profile[], options: Options): ChosenProfile {
  const { profile: slug } = options;
  const profile = slug === undefined ? usual(profiles) : profiles.find((one) => one.slug === slug);
  if (!profile) throw new InvalidInputError(`Invalid user options: profile: there is none called ${JSON.stringify(slug)}, only ${profiles.map((one) => one.slug).join(', ')}`);
  const choices = Object.entries(profile.profile_options).map(([name, option]): [string, string] => [name, chosenKey(name, option.choices, options[name])]);
  return { profile, choices: Object.fromEntries(choices) };
}

type Choices = Profile['profile_options'][string]['choices'];

function chosenKey(name: string, choices: Choices, key: unknown): string {
  if (key === undefined) return usual(Object.entries(choices).map(([one, choice]) => ({ one, default: choice.default }))).one;
  if (typeof key === 'string' && Object.hasOwn(choices, key)) return key;
  throw new InvalidInputError(`Invalid user options: ${name}: there is no choice ${JSON.stringify(key)}, only ${Object.keys(choices).join(', ')}`);
}

/** What a choice changes of the spawner, in the order in which it is laid over it, each part with how errors call it. */
export function overridesOf({ profile, choices }: ChosenProfile): [where: string, override: Options][] {
  const where = `Spawner.profile_list.${profile.slug}`;
  const ofChoices = Object.entries(choices).map(([name, key]): [string, Options] => [
    `${where}.${name}.${key}`,
    profile.profile_options[name]!.choices[key]!.spawner_override,
  ]);
  return [[where, profile.spawner_override], ...ofChoices];
}

/** What KubeSpawner calls the field of an option in the form. */
export const choiceField = (slug: string, option: string): string => `profile-option-${slug}--${option}`;
