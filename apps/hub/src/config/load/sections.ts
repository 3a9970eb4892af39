import type { Location, Path, Setting } from '../setting.js';

type Mapping = Record<string, unknown>;

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The settings of a file that is one mapping of classes to mappings of traits.
 * @param locate where a path, from the top of the file, was written
 */
export function settingsOf(content: Mapping, locate: (path: Path) => Location): Setting[] {
  return Object.entries(content).flatMap(([className, section]) => {
    if (section === null || section === undefined) return [];
    if (!isMapping(section)) return [setting('', className, section, (path) => locate([className, ...path]))];
    return Object.entries(section).map(([trait, value]) =>
      setting(className, trait, value, (path) => locate([className, trait, ...path]), () => locate([className])),
    );
  });
}

/** One setting; className '' stands for something written outside of every class. */
export function setting(className: string, trait: string, value: unknown, locate: (path: Path) => Location, locateClass?: () => Location): Setting {
  return { className, trait, value, key: className ? `${className}.${trait}` : trait, locate, ...(locateClass && { locateClass }) };
}
