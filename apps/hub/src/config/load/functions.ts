import type { z } from 'zod';
import { isClass } from '../is-class.js';
import { hasTrait, isClassName } from '../names/classes.js';
import { schemasAt } from '../known-keys.js';
import { classTraits } from '../schema.js';
import type { Path, Setting } from '../setting.js';
import { functionTypes } from '../traits.js';

/** Whether the trait takes this function, or class, at this place in its value; one that there is not is told off for its name. */
export function takesFunction({ className, trait }: Setting, path: Path, value: unknown): boolean {
  if (!isClassName(className) || !hasTrait(className, trait)) return true;
  const traits: Record<string, z.ZodType> = classTraits[className];
  const known = schemasAt(traits[trait]!, path).map((schema) => functionTypes.get(schema));
  return known.some((type) => type !== undefined && (!isClass(value) || type.isClass === true));
}
