import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { CODE, isAllCode, type Lost, type PythonSetting } from '../load/python.js';
import { settleNames } from '../names/settle-names.js';
import { CLASS_NAMES, heirs, parentsOf, traitsOf } from '../names/classes.js';
import { withoutTornado } from '../names/tornado.js';
import { resolve } from '../resolve.js';
import { type ClassName, classTraits } from '../schema.js';
import { type Location, type Problem, problemOf } from '../setting.js';
import { replacementOf } from '../names/replacements.js';

/** One trait of a `jupyterhub_config.py`, as it is to be written. */
export interface MigratedTrait {
  className: ClassName;
  trait: string;
  help: string;
  place: Location;
  /** What of it is data, with all that was appended and updated; undefined when nothing is. */
  value: unknown;
  /** What of it is code. */
  lost: Lost[];
  /** It was worked out when the file ran. */
  computed: boolean;
  /** Variables of the environment that it was worked out from. */
  variables: string[];
}

/** What a `jupyterhub_config.py` comes to here. */
export interface Migration {
  traits: MigratedTrait[];
  /** Code, with what to write instead. */
  byHand: Problem[];
  /** What means nothing here, what is called otherwise. */
  notes: Problem[];
  /** What keeps the hub from starting: names that there are not, values that do not fit, what is refused. */
  wrong: Problem[];
}

/** Sorts what a `jupyterhub_config.py` says by whether it can be written as data. */
export function migration(settings: readonly PythonSetting[]): Migration {
  const named = settleNames(settings.map((setting) => (isAllCode(setting) ? { ...setting, value: CODE } : setting)));
  const known = named.settings.map((setting) => ({ ...setting, ...withoutTornado(setting).setting })) as PythonSetting[];
  const data = known.filter((setting) => !isAllCode(setting));
  const { origins, problems } = resolve(data);
  const valueOf = (className: string, trait: string) => origins.get(`${className}.${trait}`)?.value;
  const written = [...known, ...known.flatMap((setting) => forHeirs(setting, known, valueOf))];
  const traits = lastOfEach(written).map((setting) => migrated(setting, isAllCode(setting) ? undefined : valueOf(setting.className, setting.trait)));
  const notes = [...named.warnings, ...named.settings.flatMap((setting) => withoutTornado(setting).warnings)];
  return { traits, byHand: known.flatMap(codeIn), notes, wrong: [...named.problems, ...problems] };
}

/** What is added to a default is added to that of every class which inherits it; one that has its own default has to be written too. */
function forHeirs(setting: PythonSetting, all: readonly PythonSetting[], valueOf: (className: string, trait: string) => unknown): PythonSetting[] {
  const { className, trait, edits } = setting;
  if (!edits) return [];
  const isWritten = (name: ClassName) => all.some((other) => other.className === name && other.trait === trait);
  const differs = (name: ClassName) => !parentsOf(name).some((parent) => isDeepStrictEqual(valueOf(name, trait), valueOf(parent, trait)));
  return heirs(className as ClassName)
    .filter((name) => !isWritten(name) && differs(name))
    .map((name) => ({ ...setting, className: name }));
}

/** A trait that several sections or files set is written once, in the order of the schema. */
function lastOfEach(settings: readonly PythonSetting[]): PythonSetting[] {
  const last = new Map(settings.map((setting) => [`${setting.className}.${setting.trait}`, setting]));
  return CLASS_NAMES.flatMap((name) => traitsOf(name).flatMap((trait) => last.get(`${name}.${trait}`) ?? []));
}

function migrated({ className, trait, lost, computed, variables, locate }: PythonSetting, value: unknown): MigratedTrait {
  const traits: Record<string, z.ZodType> = classTraits[className as ClassName];
  const help = traits[trait]!.description ?? '';
  return { className: className as ClassName, trait, help, place: locate([]), value, lost, computed, variables };
}

function codeIn(setting: PythonSetting): Problem[] {
  return setting.lost.map((lost) => problemOf(setting, lost.path, `is ${described(lost)}; ${advice(setting.trait)}`));
}

function described({ kind, definition }: Lost): string {
  return definition ? `${kind}, defined in line ${definition.line}` : kind;
}

function advice(trait: string): string {
  const replacement = replacementOf(trait);
  if (!replacement) return 'write the value that it would give';
  return `write in a JavaScript or TypeScript config: ${replacement.write}, which ${replacement.meaning}`;
}
