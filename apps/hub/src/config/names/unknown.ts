import type { ClassName } from '../schema.js';
import { type Problem, problemOf, type Setting } from '../setting.js';
import { nearest } from '../suggest.js';
import { CLASS_NAMES, hasTrait, isClassName, owners, traitsOf } from './classes.js';

const inNoClass = (setting: Setting) => setting.className === '';

/** A section that is no class, or (className '') something that stands outside of every section. */
export function unknownClass(setting: Setting): Problem {
  if (inNoClass(setting)) return outsideOfClasses(setting);
  const written = { ...setting, key: setting.className, locate: setting.locateClass ?? setting.locate };
  return problemOf(written, [], 'there is no such class', nearestClass(setting.className));
}

function outsideOfClasses(setting: Setting): Problem {
  const { trait } = setting;
  if (isClassName(trait)) return problemOf(setting, [], `expected keys of ${trait} below it`);
  const [className = '', ...rest] = trait.split('.');
  if (isClassName(className)) return problemOf(setting, [], `write ${rest.join('.')} below ${className}`);
  const [owner] = owners(trait);
  if (owner) return problemOf(setting, [], `belongs to ${owner}`, `${owner}.${trait}`);
  return problemOf(setting, [], 'there is no such class', nearestClass(trait) ?? nearestElsewhere(trait));
}

/** A trait that neither the class nor its relatives have. */
export function unknownTrait(setting: Setting, className: ClassName): Problem {
  const { trait } = setting;
  const [owner] = owners(trait);
  const slip = nearest(trait, traitsOf(className), 1);
  if (owner && !slip) return problemOf(setting, [], `${className} has no such key, it belongs to ${owner}`, `${owner}.${trait}`);
  return problemOf(setting, [], `${className} has no such key`, nearest(trait, traitsOf(className)) ?? nearestElsewhere(trait));
}

const nearestClass = (written: string) => nearest(written.replace(/^c\./, ''), CLASS_NAMES);

function nearestElsewhere(written: string): string | undefined {
  const trait = nearest(written, new Set(CLASS_NAMES.flatMap(traitsOf)));
  const owner = trait && owners(trait).find((name) => hasTrait(name, trait));
  return owner && `${owner}.${trait}`;
}
