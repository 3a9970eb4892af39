import { z } from 'zod';
import { ConfigError } from '../config-error.js';
import { type Path, type Problem, problemOf, type Setting } from '../setting.js';
import { notDataMessage } from './not-data.js';
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
  notData: z.object({ path, kind: z.string() }).optional(),
});

const failure = z.object({ file: z.string().nullable(), line: z.number().nullable(), message: z.string() });

/** What python-config.py answers. */
const answer = z.union([z.object({ failure }), z.object({ entries: z.array(entry) })]);

type Entry = z.infer<typeof entry>;

/**
 * The settings of a `jupyterhub_config.py`, evaluated by `python3`.
 * @param timeoutMs how long it may run
 */
export async function readPython(file: string, timeoutMs: number): Promise<Setting[]> {
  const result = answer.parse(JSON.parse(await runPython(file, timeoutMs)));
  if ('failure' in result) throw new ConfigError([failureProblem(file, result.failure)]);
  const problems = result.entries.flatMap(notDataProblem);
  if (problems.length > 0) throw new ConfigError(problems);
  return result.entries.map(settingOf);
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

function notDataProblem(entry: Entry): Problem[] {
  if (!entry.notData) return [];
  const { path, kind } = entry.notData;
  return [problemOf(settingOf(entry), path, notDataMessage(entry.section, entry.trait, kind))];
}
