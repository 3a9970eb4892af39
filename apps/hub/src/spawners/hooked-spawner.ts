import type { HookSpawner } from '../config/hooks/objects.js';
import { nearest } from '../config/suggest.js';
import { checkedTrait, isTrait, type SpawnerTraits, TRAIT_NAMES } from './spawner-traits.js';

/** What hooks see of a server besides its traits. */
export type SpawnerFacts = Omit<HookSpawner, keyof SpawnerTraits | 'userdata'>;

type Values = Record<string, unknown>;

/**
 * A server as the functions of the config see it. Traits can be set, and what is set is checked at once; what is changed inside of a value
 * is checked when the traits are used. The config itself is never changed.
 */
export class HookedSpawner {
  readonly spawner: HookSpawner;
  readonly #values: Values;

  constructor(facts: SpawnerFacts, traits: SpawnerTraits) {
    this.#values = Object.defineProperties({ userdata: {} }, Object.getOwnPropertyDescriptors(facts));
    this.traits = traits;
    this.spawner = new Proxy(this.#values, { set: setTrait, deleteProperty: (_, name) => refuse(name, 'nothing can be deleted from it') }) as unknown as HookSpawner;
  }

  /** @throws TypeError when a hook left something in a trait that does not fit */
  get traits(): SpawnerTraits {
    return Object.fromEntries(TRAIT_NAMES.map((name) => [name, checked(name, this.#values[name])])) as unknown as SpawnerTraits;
  }

  set traits(traits: SpawnerTraits) {
    Object.assign(this.#values, copied(traits));
  }

  /** Brings up to date what hooks see. */
  note(facts: Partial<Pick<SpawnerFacts, 'api_token' | 'server' | 'handler'>>): void {
    Object.assign(this.#values, facts);
  }
}

function setTrait(values: Values, name: PropertyKey, value: unknown): boolean {
  if (typeof name !== 'string') return refuse(name, 'its traits have names');
  if (isTrait(name)) values[name] = checked(name, value);
  else if (name === 'userdata') values.userdata = value;
  else if (Object.hasOwn(values, name)) return refuse(name, 'it can only be read');
  else return refuse(name, unknownTrait(name));
  return true;
}

function unknownTrait(name: string): string {
  const meant = nearest(name, TRAIT_NAMES);
  return `a spawner has no such trait${meant ? `; did you mean ${meant}?` : ''} What a hook leaves for others goes to spawner.userdata`;
}

function checked(name: keyof SpawnerTraits, value: unknown): unknown {
  try {
    return copied(checkedTrait(name, value));
  } catch (error) {
    return refuse(name, (error as Error).message, error);
  }
}

function refuse(name: PropertyKey, reason: string, cause?: unknown): never {
  throw new TypeError(`cannot set spawner.${String(name)}: because ${reason}`, { cause });
}

/** Data can be changed in place without changing what it was copied from; functions stay what they are. */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)])) as T;
}
