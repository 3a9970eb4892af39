import { Logger } from '@nestjs/common';
import { callHook, type HookLimits } from '../call-hook.js';
import type { GroupOverride, SpawnerTraits } from '../config/hooks/values.js';
import { HookError, HubError, InvalidInputError, messageOf } from '../errors.js';
import type { HookedSpawner } from './hooked-spawner.js';
import { SpawnError } from './spawn-error.js';
import { checkedTrait, groupTraits, overridesFor } from './spawner-traits.js';

const log = new Logger('hooks');

/** Functions that decide on traits, so that nobody can know them beforehand. */
const DECIDING = ['auth_state_hook', 'group_overrides', 'apply_user_options'] as const;

/** Functions that are called on the way up of a server. */
const CALLED = [...DECIDING, 'pre_spawn_hook', 'server_token_scopes', 'oauth_client_allowed_scopes'] as const;

/** Whether functions of the config decide on the traits of a server. */
export const areTraitsOpen = (traits: SpawnerTraits): boolean =>
  DECIDING.some((name) => typeof traits[name] === 'function') || Object.values(traits.group_overrides).some(({ spawner_override }) => hasFunction(spawner_override));

/** Whether functions of the config are called for a start. */
export const hasHooks = (traits: SpawnerTraits): boolean =>
  areTraitsOpen(traits) || CALLED.some((name) => typeof traits[name] === 'function') || hasFunction(traits.environment);

/** How many calls, one after the other, a start can take. */
export const CALLS_OF_A_START = CALLED.length + 1;

const hasFunction = (mapping: object): boolean => Object.values(mapping).some((value) => typeof value === 'function');

/**
 * Calls a function for a start. What it throws on purpose (an error from elara/config) is for the person; anything else is a fault of the
 * function, which the log tells.
 */
async function call<T>(hooked: HookedSpawner, what: string, limits: HookLimits, work: Parameters<typeof callHook<T>>[2]): Promise<T> {
  try {
    return await callHook(`Spawner.${what}`, limits, work);
  } catch (error) {
    if (limits.signal?.aborted || (error instanceof HubError && !(error instanceof HookError))) throw error;
    const { user, name } = hooked.spawner;
    log.error(`The function Spawner.${what} failed for ${user.name}${name && `:${name}`}: ${messageOf(error)}`, (error as Error).stack);
    throw new SpawnError('hook', 'Your server could not be prepared', { detail: `Spawner.${what}: ${messageOf(error)}`, hint: 'The log of the hub says more', cause: error });
  }
}

/** Calls `auth_state_hook`, if there is one, and lays the overrides of the user's groups over the traits. */
export async function decideTraits(hooked: HookedSpawner, limits: HookLimits): Promise<void> {
  const { spawner } = hooked;
  const { auth_state_hook: hook } = spawner;
  if (hook) {
    const state = await spawner.user.get_auth_state();
    await call(hooked, 'auth_state_hook', limits, (options) => hook(spawner, state, options));
  }
  const traits = traitsAfter('auth_state_hook', hooked);
  hooked.traits = groupTraits(traits, await overridesOfGroups(hooked, limits), groupsOf(hooked));
}

/** `group_overrides`, with what functions in it give. */
async function overridesOfGroups(hooked: HookedSpawner, limits: HookLimits): Promise<Record<string, GroupOverride>> {
  const { spawner } = hooked;
  const { group_overrides: written } = spawner;
  const given = typeof written === 'function' ? await call(hooked, 'group_overrides', limits, (options) => written(spawner, options)) : written;
  const overrides = checked('group_overrides', given) as Record<string, GroupOverride>;
  const asked: Record<string, GroupOverride> = {};
  for (const [key, override] of overridesFor(overrides, groupsOf(hooked))) {
    const where = `group_overrides.${key}`;
    const entries = await Promise.all(Object.entries(override).map(async ([trait, value]) => [trait, await overrideValue(hooked, `${where}.${trait}`, value, limits)] as const));
    asked[key] = { groups: overrides[key]!.groups, spawner_override: Object.fromEntries(entries) };
  }
  return asked;
}

async function overrideValue(hooked: HookedSpawner, where: string, value: unknown, limits: HookLimits): Promise<unknown> {
  if (typeof value !== 'function') return value;
  return call(hooked, where, limits, (options) => (value as (...args: unknown[]) => unknown)(hooked.spawner, options));
}

/** Lets the function `apply_user_options` set traits. @throws InvalidInputError, for whatever it throws, and for what does not fit */
export async function applyUserOptions(hooked: HookedSpawner, limits: HookLimits): Promise<SpawnerTraits> {
  const { spawner } = hooked;
  const { apply_user_options: apply } = spawner;
  if (typeof apply !== 'function') return hooked.traits;
  try {
    await callHook('Spawner.apply_user_options', limits, (options) => apply(spawner, spawner.user_options, options));
    return hooked.traits;
  } catch (error) {
    if (error instanceof HubError) throw error;
    log.warn(`The function Spawner.apply_user_options refused the options of ${spawner.user.name}: ${messageOf(error)}`);
    throw new InvalidInputError('Invalid user options', { cause: error });
  }
}

/** Lets `pre_spawn_hook` prepare a start. @returns the traits as it left them */
export async function preSpawn(hooked: HookedSpawner, limits: HookLimits): Promise<SpawnerTraits> {
  const { pre_spawn_hook: hook } = hooked.spawner;
  if (hook) await call(hooked, 'pre_spawn_hook', limits, (options) => hook(hooked.spawner, options));
  return traitsAfter('pre_spawn_hook', hooked);
}

/** Tells `post_stop_hook` that a server is gone. */
export async function postStop(hooked: HookedSpawner, limits: HookLimits): Promise<void> {
  const { post_stop_hook: hook } = hooked.spawner;
  if (hook) await callHook('Spawner.post_stop_hook', limits, (options) => hook(hooked.spawner, options));
}

/** The scopes that a trait lists, or its function gives. */
export async function scopesOf(hooked: HookedSpawner, trait: 'server_token_scopes' | 'oauth_client_allowed_scopes', limits: HookLimits): Promise<string[]> {
  const written = hooked.spawner[trait];
  if (typeof written !== 'function') return written;
  const scopes: unknown = await call(hooked, trait, limits, (options) => written(hooked.spawner, options));
  const listed = checked(trait, Array.isArray(scopes) || scopes instanceof Set ? [...(scopes as Iterable<unknown>)] : scopes) as string[];
  hooked.spawner[trait] = listed;
  return listed;
}

/** `environment`, with what functions in it give; all of them together have the time of one. */
export async function environmentOf(hooked: HookedSpawner, limits: HookLimits): Promise<Record<string, string>> {
  const { environment } = hooked.spawner;
  const entries = Object.entries(environment).map(async ([name, value]) => {
    if (typeof value === 'string') return [name, value];
    const given: unknown = await call(hooked, `environment.${name}`, limits, (options) => value(hooked.spawner, options));
    if (typeof given === 'string' || typeof given === 'number') return [name, String(given)];
    throw unfit(`environment.${name}`, `it gave no text, but ${given === null ? 'null' : typeof given}`);
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
}

const groupsOf = ({ spawner }: HookedSpawner): string[] => spawner.user.groups.map(({ name }) => name);

/** The traits as a function has left them. */
function traitsAfter(what: string, hooked: HookedSpawner): SpawnerTraits {
  try {
    return hooked.traits;
  } catch (error) {
    throw unfit(what, messageOf(error), error);
  }
}

function checked(trait: keyof SpawnerTraits, value: unknown): unknown {
  try {
    const given = checkedTrait(trait, value);
    if (value !== undefined && typeof given !== 'function') return given;
    throw new TypeError(value === undefined ? 'it gave nothing' : 'it gave a function');
  } catch (error) {
    throw unfit(trait, messageOf(error), error);
  }
}

const unfit = (what: string, reason: string, cause?: unknown): SpawnError =>
  new SpawnError('hook', 'Your server could not be prepared', { detail: `Spawner.${what}: ${reason}`, hint: 'The function gave or set what does not fit', cause });
