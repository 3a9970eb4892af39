import { ownTraits } from './annotated.js';
import { type ClassName, PARENTS } from './schema.js';

export type Sections = Record<string, Record<string, unknown>>;

/** Of a class's values those that are its own, and those that differ from the class it inherits from. */
export function distinctive(name: ClassName, config: Sections): Record<string, unknown> {
  const parent = PARENTS[name];
  const own = new Set(ownTraits(name).map(([trait]) => trait));
  const differs = (trait: string, value: unknown) => JSON.stringify(value) !== JSON.stringify(parent && config[parent]?.[trait]);
  return Object.fromEntries(
    Object.entries(config[name] ?? {}).filter(([trait, value]) => own.has(trait) || differs(trait, value)),
  );
}
