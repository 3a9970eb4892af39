import type { z } from 'zod';
import { isClass } from '../is-class.js';
import { isClassName } from '../names/classes.js';
import { schemasAt } from '../known-keys.js';
import { classTraits } from '../schema.js';
import type { Path, Setting } from '../setting.js';
import { functionTypes } from '../traits.js';

/** Whether the trait takes this function, or class, at this place in its value. */
export function takesFunction({ className, trait }: Setting, path: Path, value: unknown): boolean {
  const traits: Record<string, z.ZodType> = isClassName(className) ? classTraits[className] : {};
  if (!Object.hasOwn(traits, trait)) return false;
  const known = schemasAt(traits[trait]!, path).map((schema) => functionTypes.get(schema));
  return known.some((type) => type !== undefined && (!isClass(value) || type.isClass === true));
}
