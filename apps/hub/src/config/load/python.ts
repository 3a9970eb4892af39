import { z } from 'zod';
import { ConfigError } from '../config-error.js';
import { hasTrait, isClassName } from '../names/classes.js';
import { type Location, type Path, type Problem, problemOf, type Setting } from '../setting.js';
import { pythonCodeMessage } from './not-data.js';
import { runPython } from './run-python.js';
import { setting } from './sections.js';

const path = z.array(z.union([z.string(), z.number()]));

const entry = z.object({
  section: z.string(),
  trait: z.string(),
  file: z.string(),
  line: z.number(),
  keyLines: z.record(z.string(), z.number()),
  value: z.unknown().optional(),
  edits: z
    .object({
      inserts: z.array(z.tuple([z.number(), z.unknown()])),
      prepend: z.array(z.unknown()),
      extend: z.array(z.unknown()),
      update: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]),
    })
    .partial()
    .optional(),
  lost: z.array(
    z.object({
      path,
      kind: z.string(),
      file: z.string().optional(),
      line: z.number().optional(),
      bases: z.array(z.string()).optional(),
    }),
  ),
  computed: z.boolean().optional(),
  variables: z.array(z.string()).optional(),
});

const failure = z.object({ file: z.string().nullable(), line: z.number().nullable(), message: z.string() });

/** What python-config.py answers. */
const answer = z.union([z.object({ failure }), z.object({ entries: z.array(entry) })]);

type Entry = z.infer<typeof entry>;

/** What of a setting is code, or otherwise no data. */
export interface Lost {
  /** In the value; empty when that is all of it. */
  path: Path;
  /** `a function (make_home)`, `a class (MySpawner)`, … */
  kind: string;
  /** Where it is defined, if that is in the config. */
  definition?: Location;
  /** Names of the classes that a class is made from. */
  bases?: string[];
}

/** A setting of a `jupyterhub_config.py`, as far as it is data; its value is undefined when nothing of it is. */
export interface PythonSetting extends Setting {
  lost: Lost[];
  /** The value is what the file worked out when it ran. */
  computed: boolean;
  /** Variables of the environment that it was worked out from. */
  variables: string[];
}

/**
 * The settings of a `jupyterhub_config.py`, evaluated by `python3`.
 * @param timeoutMs how long it may run
 * @throws ConfigError when it cannot be run, or some of it is no data
 */
export async function readPython(file: string, timeoutMs: number): Promise<Setting[]> {
  const settings = await readPythonData(file, timeoutMs);
  const problems = settings.filter(isKnown).flatMap((setting) => setting.lost.map(({ path, kind }) => problemOf(setting, path, pythonCodeMessage(setting.className, setting.trait, kind))));
  if (problems.length > 0) throw new ConfigError(problems);
  return settings.map((setting) => (isAllCode(setting) ? { ...setting, value: CODE } : setting));
}

/** What is called wrongly is told off for its name, and not for what it is. */
const isKnown = ({ className, trait }: Setting): boolean => isClassName(className) && hasTrait(className, trait);

/** Whether nothing of a setting is data. */
export const isAllCode = ({ lost }: PythonSetting): boolean => lost.some(({ path }) => path.length === 0);

/** Stands for the value of a trait that is code, which is something, so that a name that is refused is refused for it too. */
export const CODE = 'code';

/** The same, with what is no data told beside it. */
export async function readPythonData(file: string, timeoutMs: number): Promise<PythonSetting[]> {
  const result = answer.parse(JSON.parse(await runPython(file, timeoutMs)));
  if ('failure' in result) throw new ConfigError([failureProblem(file, result.failure)]);
  return result.entries.map((entry) => ({
    ...settingOf(entry),
    lost: entry.lost.map(lostOf),
    computed: entry.computed ?? false,
    variables: entry.variables ?? [],
  }));
}

function lostOf({ file, line, ...rest }: Entry['lost'][number]): Lost {
  return { ...rest, ...(file !== undefined && line !== undefined && { definition: { file, line } }) };
}

function failureProblem(config: string, { file, line, message }: z.infer<typeof failure>): Problem {
  return { file: file ?? config, ...(line !== null && { line }), key: '', message: `cannot be run: ${message}` };
}

function settingOf(entry: Entry): Setting {
  const made = setting(entry.section, entry.trait, entry.value, (path) => ({ file: entry.file, line: lineOf(entry, path) }));
  return entry.edits ? { ...made, edits: entry.edits } : made;
}

/** The line of the key at `path`, or of the nearest one around it that the file writes out. */
function lineOf({ line, keyLines }: Entry, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const found = keyLines[path.slice(0, length).map(String).join('\0')];
    if (found !== undefined) return found;
  }
  return line;
}
