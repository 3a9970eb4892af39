import type { z } from 'zod';
import { edited } from './edits.js';
import { problemsOfIssue } from './issues.js';
import { ancestry, CLASS_NAMES } from './names/classes.js';
import { type ClassName, classTraits, type HubConfig, hubConfigSchema } from './schema.js';
import { type Problem, printProblem, type Setting } from './setting.js';

/** The setting that decides each `Class.trait`, own or inherited. */
export type Origins = ReadonlyMap<string, Setting>;

/** What settings (all of known names) mean: a config, or what is wrong with their values. */
export type Resolution =
  { config: HubConfig; origins: Origins; problems: [] } | { config?: undefined; origins: Origins; problems: Problem[] };

/** Lays the settings of every class over those of its parents, and checks the values. */
export function resolve(settings: readonly Setting[]): Resolution {
  const origins = new Map<string, Setting>();
  const values = Object.fromEntries(CLASS_NAMES.map((name) => [name, valuesOf(name, settings, origins)]));
  const result = hubConfigSchema.safeParse(values);
  if (result.success) return { config: result.data, origins, problems: [] };
  return { origins, problems: distinct(result.error.issues.flatMap((issue) => problemsAt(issue, origins))) };
}

function valuesOf(className: ClassName, settings: readonly Setting[], origins: Map<string, Setting>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const ancestor of ancestry(className)) {
    for (const setting of settings.filter((candidate) => candidate.className === ancestor)) {
      const { trait } = setting;
      values[trait] = valueOf(setting, className, values[trait]);
      origins.set(`${className}.${trait}`, { ...setting, value: values[trait] });
    }
  }
  return values;
}

function valueOf(setting: Setting, className: ClassName, inherited: unknown): unknown {
  const schema = (classTraits[className] as Record<string, z.ZodType>)[setting.trait]!;
  if (setting.edits) return edited(inherited ?? schema.parse(undefined), setting.edits);
  const fitting = (setting.readings ?? []).filter((reading) => schema.safeParse(reading).success);
  return fitting.length > 0 ? fitting[0] : setting.value;
}

function problemsAt(issue: z.core.$ZodIssue, origins: Origins): Problem[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length < 2)
    throw new TypeError(`cannot check ${issue.keys.join(', ')}: because the name was not settled`);
  const [className, trait, ...rest] = issue.path;
  return problemsOfIssue(origins.get(`${String(className)}.${String(trait)}`)!, issue, rest);
}

/** A trait of a parent is checked once per heir, but is wrong only once. */
const distinct = (problems: Problem[]) => [...new Map(problems.map((problem) => [printProblem(problem), problem])).values()];
