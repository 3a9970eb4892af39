import type { z } from 'zod';
import type { Path } from './setting.js';

// The parts of zod's definitions that lead from a schema to those below it.
interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
}

/** The keys that a mapping at `path` inside `schema` may have; empty when any key is allowed. */
export function knownKeys(schema: z.ZodType, path: Path): string[] {
  const definition = schema.def as unknown as Definition;
  const inner = definition.innerType ?? definition.in;
  if (inner) return knownKeys(inner, path);
  if (definition.options) return definition.options.flatMap((option) => knownKeys(option, path));
  const [next, ...rest] = path;
  if (next === undefined) return Object.keys(definition.shape ?? {});
  const below = definition.shape?.[String(next)] ?? definition.element ?? definition.valueType;
  return below ? knownKeys(below, rest) : [];
}
