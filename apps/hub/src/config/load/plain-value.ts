import { isClass } from '../is-class.js';
import type { Path } from '../setting.js';

/** Something in a config object that is no data, and what it is. */
export interface NotData {
  path: Path;
  /** `a function`, `a class`, `a RegExp` … */
  kind: string;
}

export interface PlainRules {
  /** Whether a function can stay where it is. */
  keeps(path: Path, value: unknown): boolean;
  /** Told of everything that is no data. */
  found(notData: NotData): void;
}

/** The data in a value made by a JavaScript config: sets become lists, maps become objects. */
export function plainValue(value: unknown, rules: PlainRules, path: Path = []): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'function' && rules.keeps(path, value)) return value;
  if (typeof value === 'function' || typeof value === 'symbol') return refuse(value);
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > MAX_DEPTH) return refuse(value);
  const inside = (part: unknown, key: PropertyKey) => plainValue(part, rules, [...path, key]);
  if (Array.isArray(value) || value instanceof Set) return [...(value as Iterable<unknown>)].map(inside);
  const entries =
    value instanceof Map ? [...value].map(([key, part]): [string, unknown] => [String(key), part]) : plainEntries(value);
  if (!entries) return refuse(value);
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined).map(([key, part]) => [key, inside(part, key)]));

  function refuse(thing: unknown): undefined {
    rules.found({ path, kind: kindOf(thing) });
    return undefined;
  }
}

const MAX_DEPTH = 30;

function plainEntries(value: object): [string, unknown][] | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  // objects of another realm have an Object.prototype of their own
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain ? Object.entries(value) : undefined;
}

function kindOf(thing: unknown): string {
  if (typeof thing === 'function') return isClass(thing) ? 'a class' : 'a function';
  if (typeof thing === 'symbol') return 'a symbol';
  const name = (thing as object).constructor.name;
  return name === 'Object' || name === 'Array' ? 'an object that contains itself' : `a ${name}`;
}
