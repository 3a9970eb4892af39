import { type ClassName, classTraits, PARENTS } from '../schema.js';

export const CLASS_NAMES = Object.keys(classTraits) as ClassName[];

export const isClassName = (name: string): name is ClassName => Object.hasOwn(classTraits, name);

export const hasTrait = (className: ClassName, trait: string): boolean => Object.hasOwn(classTraits[className], trait);

export const traitsOf = (className: ClassName): string[] => Object.keys(classTraits[className]);

/** The classes that a class inherits from directly. */
export const parentsOf = (className: ClassName): readonly ClassName[] => [PARENTS[className] ?? []].flat();

/** The class and all that it inherits from, the most general first. */
export function ancestry(className: ClassName): ClassName[] {
  return [...new Set([...parentsOf(className).flatMap(ancestry), className])];
}

/** The classes that inherit from this one. */
export const heirs = (className: ClassName): ClassName[] =>
  CLASS_NAMES.filter((other) => other !== className && ancestry(other).includes(className));

/** The most general classes that have the trait. */
export const owners = (trait: string): ClassName[] =>
  CLASS_NAMES.filter((name) => hasTrait(name, trait) && !parentsOf(name).some((parent) => hasTrait(parent, trait)));
