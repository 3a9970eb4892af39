import { type Problem, problemOf, type Setting } from '../setting.js';
import { ancestry, hasTrait, heirs, isClassName } from './classes.js';
import { entryOf } from './entry-of.js';
import { IGNORED, IGNORED_CLASSES } from './ignored.js';
import { REFUSED } from './refused.js';
import { RENAMED, RENAMED_CLASSES, type Target } from './renamed.js';
import { unknownClass, unknownTrait } from './unknown.js';
import type { ClassName } from '../schema.js';

/** Settings under the names of the schema, and what was found out about the others. */
export interface SettledNames {
  settings: Setting[];
  problems: Problem[];
  warnings: Problem[];
}

/** Sorts settings by name: known, renamed, meaningless here, refused, unknown. */
export function settleNames(written: readonly Setting[]): SettledNames {
  const renamed = written.map((setting) => ({ ...setting, className: entryOf(RENAMED_CLASSES, setting.className) ?? setting.className }));
  const settled = { settings: [], problems: [], warnings: [] } satisfies SettledNames;
  const sorter = new Sorter(renamed, settled);
  for (const setting of renamed) sorter.sort(setting);
  return sorter.finish();
}

class Sorter {
  // A trait under its own name wins over one that arrives here by another name.
  readonly #arrived: Setting[] = [];
  readonly #unknownClasses = new Set<string>();

  constructor(
    private readonly all: readonly Setting[],
    private readonly settled: SettledNames,
  ) {}

  sort(setting: Setting): void {
    const { className } = setting;
    const ignored = entryOf(IGNORED_CLASSES, className);
    if (ignored) this.#ignore(setting, ignored);
    else if (isClassName(className)) this.#sortTrait(setting, className);
    else if (!className || !this.#unknownClasses.has(className)) {
      this.#unknownClasses.add(className);
      this.settled.problems.push(unknownClass(setting));
    }
  }

  finish(): SettledNames {
    const { settings, ...rest } = this.settled;
    const edits = this.#arrived.filter((setting) => setting.edits);
    return { ...rest, settings: [...this.#arrived.filter((setting) => !setting.edits), ...settings, ...edits] };
  }

  #sortTrait(setting: Setting, className: ClassName): void {
    const { trait } = setting;
    const related = [...ancestry(className), ...heirs(className)];
    const among = <T>(table: Record<string, Record<string, T>>): T | undefined =>
      related.map((name) => entryOf(table[name] ?? {}, trait)).find((entry) => entry !== undefined);
    const renamed = among(RENAMED);
    const ignored = among(IGNORED);
    const refused = among(REFUSED);
    if (hasTrait(className, trait)) this.settled.settings.push(setting);
    else if (renamed) this.#rename(setting, renamed);
    else if (ignored) this.#ignore(setting, ignored);
    else if (refused) this.#refuse(setting, refused);
    else this.#sortForeign(setting, className);
  }

  // `c.Authenticator.admin_groups` reaches PAMAuthenticator in JupyterHub too: a class reads the sections of all its parents.
  #sortForeign(setting: Setting, className: ClassName): void {
    const having = heirs(className).filter((name) => hasTrait(name, setting.trait));
    // those below one of them take it over from there
    const takers = having.filter((name) => !having.some((other) => other !== name && ancestry(name).includes(other)));
    if (takers.length === 0) {
      this.settled.problems.push(unknownTrait(setting, className));
      return;
    }
    this.settled.warnings.push(problemOf(setting, [], `belongs to ${takers.join(' and ')} and is used there`));
    this.#arrived.push(...takers.map((taker) => ({ ...setting, className: taker })));
  }

  #rename(setting: Setting, { className, trait, change }: Target): void {
    const now = `${className}.${trait}`;
    const warning = change ? `is an earlier form of ${now} and used as such` : `is the earlier name of ${now}`;
    this.settled.warnings.push(problemOf(setting, [], warning));
    this.#arrived.push({ ...setting, ...change?.(setting, this.all), className, trait });
  }

  #ignore(setting: Setting, reason: string): void {
    this.settled.warnings.push(problemOf(setting, [], `has no effect: ${reason}`));
  }

  #refuse(setting: Setting, reason: string): void {
    if (!isEmpty(setting.value)) this.settled.problems.push(problemOf(setting, [], `cannot be used: ${reason}`));
  }
}

/** None, false, 0 and empty text, lists and mappings are how JupyterHub's defaults are spelled out. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
