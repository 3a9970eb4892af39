import type { Profile } from '../config/classes/profile.js';
import { InvalidInputError } from '../errors.js';
import { choiceField, type ChosenProfile, chosenProfile } from '../spawners/profiles.js';
import type { FormFields } from './spawn-options.js';

/** A profile as the form shows it. */
export interface ProfileView {
  slug: string;
  display_name: string;
  /** The operator's own HTML. */
  description: string;
  chosen: boolean;
  options: { field: string; display_name: string; choices: { value: string; display_name: string; chosen: boolean }[] }[];
}

/** @param present the options in force so far: those of the last start, or those that were just sent */
export function profileViews(profiles: readonly Profile[], present: Record<string, unknown>): ProfileView[] {
  if (profiles.length === 0) return [];
  const chosen = readable(profiles, present);
  return profiles.map((profile) => {
    const { slug, display_name, description } = profile;
    const { choices } = profile === chosen.profile ? chosen : chosenProfile(profiles, { profile: slug });
    return { slug, display_name, description, chosen: profile === chosen.profile, options: optionViews(profile, choices) };
  });
}

/** Options of an earlier start may name what has been taken off the list. */
function readable(profiles: readonly Profile[], present: Record<string, unknown>): ChosenProfile {
  try {
    return chosenProfile(profiles, present);
  } catch (error) {
    if (error instanceof InvalidInputError) return chosenProfile(profiles, {});
    throw error;
  }
}

function optionViews({ slug, profile_options }: Profile, chosen: Record<string, string>): ProfileView['options'] {
  return Object.entries(profile_options).map(([name, { display_name, choices }]) => ({
    field: choiceField(slug, name),
    display_name,
    choices: Object.entries(choices).map(([value, choice]) => ({ value, display_name: choice.display_name, chosen: chosen[name] === value })),
  }));
}

/**
 * Takes the choice of a profile out of the fields of a form, or of an address, where its options stand under their own names.
 * @returns it as options, and the fields that are left
 */
export function takeProfile(profiles: readonly Profile[], fields: FormFields): { options: Record<string, string>; rest: FormFields } {
  if (profiles.length === 0) return { options: {}, rest: fields };
  const slug = fields.profile?.at(-1);
  const known = Object.keys((profiles.find((one) => one.slug === slug) ?? chosenProfile(profiles, {}).profile).profile_options);
  const options: Record<string, string> = slug === undefined ? {} : { profile: slug };
  const rest: FormFields = {};
  for (const [name, values] of Object.entries(fields)) {
    const option = known.find((one) => name === one || name === choiceField(slug ?? '', one));
    if (option !== undefined) options[option] = values.at(-1)!;
    // those of the other profiles come along unasked
    else if (name !== 'profile' && !name.startsWith('profile-option-')) rest[name] = values;
  }
  return { options, rest };
}
