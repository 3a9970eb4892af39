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
  return schemasAt(schema, path).flatMap((found) => Object.keys(definitionOf(found).shape ?? {}));
}

/** The schemas of what can stand at `path` inside `schema`: several where it has several forms, none where nothing can. */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  const definition = definitionOf(schema);
  const inner = definition.innerType ?? definition.in;
  if (inner) return schemasAt(inner, path);
  if (definition.options) return definition.options.flatMap((option) => schemasAt(option, path));
  const [next, ...rest] = path;
  if (next === undefined) return [schema];
  const below = definition.shape?.[String(next)] ?? definition.element ?? definition.valueType;
  return below ? schemasAt(below, rest) : [];
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;
