import { ownTraits } from './annotated.js';
import { parentsOf } from './names/classes.js';
import type { ClassName } from './schema.js';

export type Sections = Record<string, Record<string, unknown>>;

/** Of a class's values those that are its own, and those that differ from the classes it inherits from. */
export function distinctive(name: ClassName, config: Sections): Record<string, unknown> {
  const own = new Set(ownTraits(name).map(([trait]) => trait));
  const differs = (trait: string, value: unknown) => !parentsOf(name).some((parent) => JSON.stringify(value) === JSON.stringify(config[parent]?.[trait]));
  return Object.fromEntries(
    Object.entries(config[name] ?? {}).filter(([trait, value]) => own.has(trait) || differs(trait, value)),
  );
}
