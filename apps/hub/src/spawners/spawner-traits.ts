import type { GroupOverride, SpawnerTraits } from '../config/hooks/values.js';
import { classTraits } from '../config/schema.js';
import { InvalidInputError, messageOf } from '../errors.js';
import { chosenProfile, overridesOf } from './profiles.js';

export type { SpawnerTraits };

export interface TraitsInput {
  /** The class's traits from the config. */
  base: SpawnerTraits;
  /** Names of the user's groups. */
  groups: readonly string[];
  /** `group_overrides`, without functions. */
  overrides: Record<string, GroupOverride>;
  options: Record<string, unknown>;
  /** Functions of the config, or the spawner itself, read the options. */
  areRead?: boolean;
}

export interface ResolvedTraits {
  traits: SpawnerTraits;
  /** For the log: options and overrides that had no effect, in words. */
  notes: string[];
}

type Mapping = Record<string, unknown>;

const TRAITS = { ...classTraits.SystemdSpawner, ...classTraits.SudoSpawner, ...classTraits.SimpleLocalProcessSpawner };

/** Every trait of the spawner. */
export const TRAIT_NAMES = Object.keys(TRAITS) as (keyof SpawnerTraits)[];

export const isTrait = (name: string): name is keyof SpawnerTraits => Object.hasOwn(TRAITS, name);
const isMapping = (value: unknown): value is Mapping => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * What the config, the user's groups and the user's choices come to (reference hub-behaviour 2.2 and 2.5).
 * @throws InvalidInputError when a choice does not fit its trait; TypeError when the config itself does not.
 */
export function resolveTraits({ base, groups, overrides, options, areRead = false }: TraitsInput): ResolvedTraits {
  const notes: string[] = [];
  const traits: Mapping = { ...groupTraits(base, overrides, groups, notes) };
  const others = applyProfile(traits, options, notes);
  const { apply_user_options: mapping } = base;
  if (typeof mapping === 'object' && mapping) applyOptions(traits, mapping, others, notes);
  else if (!mapping && !areRead && Object.keys(others).length > 0) notes.push('user options are kept, but have no effect: Spawner.apply_user_options is not set');
  return { traits: traits as unknown as SpawnerTraits, notes };
}

/**
 * The traits as far as the user's groups decide on them: what the options form is made of.
 * @throws TypeError for a value that does not fit its trait
 */
export function groupTraits(base: SpawnerTraits, overrides: Record<string, GroupOverride>, groups: readonly string[], notes: string[] = []): SpawnerTraits {
  const traits: Mapping = { ...base };
  for (const [key, override] of overridesFor(overrides, groups)) applyOverride(traits, `Spawner.group_overrides.${key}`, override, notes);
  return traits as unknown as SpawnerTraits;
}

/** The overrides for somebody in these groups, in the order in which they are laid over each other. */
export function overridesFor(overrides: Record<string, GroupOverride>, groups: readonly string[]): [key: string, override: Mapping][] {
  const concerned = Object.entries(overrides).filter(([, { groups: ofGroups }]) => ofGroups.some((group) => groups.includes(group)));
  return concerned.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { spawner_override }]) => [key, spawner_override]);
}

function applyOverride(traits: Mapping, where: string, override: Mapping, notes: string[]): void {
  for (const [name, value] of Object.entries(override)) {
    if (!isTrait(name)) notes.push(`${where}: no trait is called ${name}`);
    else traits[name] = overridden(`${where}.${name}`, name, traits[name], value);
  }
}

/** @returns the options that are not about the profile */
function applyProfile(traits: Mapping, options: Record<string, unknown>, notes: string[]): Record<string, unknown> {
  const { profile_list } = traits as unknown as SpawnerTraits;
  if (profile_list.length === 0) return options;
  const chosen = chosenProfile(profile_list, options);
  for (const [where, override] of overridesOf(chosen)) applyOverride(traits, where, override, notes);
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'profile' && !Object.hasOwn(chosen.choices, name)));
}

function overridden(where: string, name: keyof SpawnerTraits, present: unknown, value: unknown): unknown {
  try {
    return checkedTrait(name, isMapping(value) && isMapping(present) ? merged(present, value) : value);
  } catch (error) {
    throw new TypeError(`cannot use ${where}: because ${messageOf(error)}`, { cause: error });
  }
}

/** Mappings are merged key by key, null takes a key away. */
function merged(present: Mapping, override: Mapping): Mapping {
  const result = { ...present };
  for (const [key, value] of Object.entries(override)) {
    const old = result[key];
    if (value === null) delete result[key];
    else result[key] = isMapping(value) && isMapping(old) ? merged(old, value) : value;
  }
  return result;
}

function applyOptions(traits: Mapping, mapping: Record<string, string>, options: Record<string, unknown>, notes: string[]): void {
  for (const [option, value] of Object.entries(options)) {
    const name = Object.hasOwn(mapping, option) ? mapping[option]! : undefined;
    if (name === undefined) notes.push(`user option ${option} has no effect: it is not in Spawner.apply_user_options`);
    else if (!isTrait(name)) notes.push(`user option ${option} has no effect: no trait is called ${name}`);
    else traits[name] = chosen(option, name, value);
  }
}

function chosen(option: string, name: keyof SpawnerTraits, value: unknown): unknown {
  try {
    return checkedTrait(name, value);
  } catch (error) {
    if (typeof value === 'string') {
      const read = TRAITS[name].safeParse(fromText(value));
      if (read.success) return read.data;
    }
    throw new InvalidInputError(`Invalid user options: ${option}: ${messageOf(error)}`, { cause: error });
  }
}

/** The value as the trait has it. @throws TypeError with what was expected */
export function checkedTrait(name: keyof SpawnerTraits, value: unknown): unknown {
  const result = TRAITS[name].safeParse(value);
  if (result.success) return result.data as unknown;
  throw new TypeError(result.error.issues.map((issue) => issue.message).join('; '));
}

/** A form field is text; a number, flag or list in it is read as JSON, Python's `True` and `False` as well. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text.trim().replace(/^(True|False|None)$/, (word) => (word === 'None' ? 'null' : word.toLowerCase())));
  } catch {
    return text.trim() === '' ? null : [text];
  }
}
