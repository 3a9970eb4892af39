import { isDeepStrictEqual } from 'node:util';
import { distinctive, type Sections } from '../config/distinctive.js';
import { masked } from '../config/masked.js';
import { CLASS_NAMES } from '../config/names/classes.js';
import { defaultConfig, type HubConfig } from '../config/schema.js';

/** One trait as it is in force. */
export interface ShownTrait {
  /** Without secrets; null when it is unset. */
  value: unknown;
  /** Whether it is other than without any config. */
  changed: boolean;
}

/** The config in force, by class and trait, without secrets and without what a class merely inherits. */
export function shownConfig(config: HubConfig): Record<string, Record<string, ShownTrait>> {
  const [raw, defaults, shown] = [config as unknown as Sections, defaultConfig() as unknown as Sections, masked(config)];
  const sections = CLASS_NAMES.map((name) => {
    const traits = Object.entries(distinctive(name, shown)).map(([trait, value]) => {
      return [trait, { value: value ?? null, changed: !isDeepStrictEqual(raw[name]![trait], defaults[name]![trait]) }];
    });
    return [name, Object.fromEntries(traits)] as [string, Record<string, ShownTrait>];
  });
  return Object.fromEntries(sections.filter(([, traits]) => Object.keys(traits).length > 0));
}
