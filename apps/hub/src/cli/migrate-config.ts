import { extname, resolve } from 'node:path';
import { readPythonData } from '../config/load/python.js';
import { PROGRAM_TIMEOUT_MS } from '../config/load/read-file.js';
import { type Migration, migration } from '../config/migrate/migration.js';
import { migratedScript, type ScriptLanguage } from '../config/migrate/script-text.js';
import { migratedYaml } from '../config/migrate/yaml-text.js';
import { printProblem, type Problem } from '../config/setting.js';
import { StartupError } from '../errors.js';
import { coloured } from './output.js';
import { writeNew } from './write-new.js';

export interface MigrateOptions {
  /** The jupyterhub_config.py; that of the working directory unless named. */
  file?: string | undefined;
  /** File to write, whose ending tells the format; YAML on standard output unless given. */
  output?: string | undefined;
  /** Write over an existing file. */
  overwrite?: boolean;
}

type Format = 'yaml' | ScriptLanguage;

const FORMATS: Record<string, Format> = { '.yaml': 'yaml', '.yml': 'yaml', '.ts': 'typescript', '.mts': 'typescript', '.js': 'javascript', '.mjs': 'javascript' };

/** The config has tokens and passwords in it. */
const SECRET_MODE = 0o600;

/**
 * `elara migrate-config`: a jupyterhub_config.py as YAML, or as the beginning of a script, and what of it cannot cross.
 * @returns exit status: 0 when all of it has crossed, 1 when something is left to do by hand
 */
export async function migrateConfig({ file = 'jupyterhub_config.py', output, overwrite = false }: MigrateOptions): Promise<number> {
  if (extname(file).toLowerCase() !== '.py') throw new StartupError(`cannot migrate ${file}: because it is no Python file such as jupyterhub_config.py`);
  const format = formatOf(output);
  const config = resolve(file);
  const result = migration(await readPythonData(config, PROGRAM_TIMEOUT_MS));
  const text = format === 'yaml' ? migratedYaml(config, result) : migratedScript(config, result, format, process.env);
  if (output === undefined) process.stdout.write(text);
  else await writeNew(output, text, { overwrite, mode: SECRET_MODE });
  report(result);
  return result.byHand.length + result.wrong.length > 0 ? 1 : 0;
}

function formatOf(output: string | undefined): Format {
  const format = output === undefined ? 'yaml' : FORMATS[extname(output).toLowerCase()];
  if (!format) throw new StartupError(`cannot write ${output}: because the ending is none of ${Object.keys(FORMATS).join(' ')}`);
  return format;
}

function report({ traits, byHand, notes, wrong }: Migration): void {
  const { stderr } = process;
  const crossed = traits.filter(({ value }) => value !== undefined).length;
  stderr.write(`${coloured('green', `${crossed} keys were carried over.`, stderr)}\n`);
  tell('yellow', 'To be written by hand:', byHand);
  tell('red', 'Wrong, and to be mended:', wrong);
  tell('yellow', 'Worth knowing:', notes);
}

function tell(colour: 'yellow' | 'red', title: string, problems: readonly Problem[]): void {
  const { stderr } = process;
  if (problems.length > 0) stderr.write([coloured(colour, title, stderr), ...problems.map((problem) => `  ${printProblem(problem)}`), ''].join('\n'));
}
