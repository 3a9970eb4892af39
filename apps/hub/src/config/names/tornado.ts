import { type Problem, problemOf, type Setting } from '../setting.js';
import { IGNORED_TORNADO_SETTINGS } from './ignored.js';

/** Takes the keys of tornado_settings away that only Tornado understands, and says so. */
export function withoutTornado(setting: Setting): { setting: Setting; warnings: Problem[] } {
  const content = setting.edits ? setting.edits.update : setting.value;
  if (setting.trait !== 'tornado_settings' || !isMapping(content)) return { setting, warnings: [] };
  const kept = Object.fromEntries(Object.entries(content).filter(([key]) => !IGNORED_TORNADO_SETTINGS[key]));
  const ignored = Object.keys(content).filter((key) => IGNORED_TORNADO_SETTINGS[key]);
  return {
    setting: { ...setting, ...(setting.edits ? { edits: { ...setting.edits, update: kept } } : { value: kept }) },
    warnings: ignored.map((key) => problemOf(setting, [key], `has no effect: ${IGNORED_TORNADO_SETTINGS[key]}`)),
  };
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
