import { ConfigError } from '../config-error.js';
import { messageOf } from '../../errors.js';
import { type Problem, problemOf, type Setting } from '../setting.js';
import { takesFunction } from './functions.js';
import { lineOf } from './line-of.js';
import { notDataMessage } from './not-data.js';
import { plainValue } from './plain-value.js';
import { settingsOf } from './sections.js';
import { within } from './within.js';

/** Loads the module that configs import as `elara/config`. */
export type ConfigApi = () => Promise<object>;

interface LoadingRules {
  /** How long loading and calling it may take. */
  timeoutMs: number;
  api?: ConfigApi | undefined;
}

/**
 * The settings of a JavaScript or TypeScript file: its default export, an object of classes or a function (async or not) that returns one.
 */
export async function readJavaScript(file: string, source: string, loading: LoadingRules): Promise<Setting[]> {
  const content = await evaluate(file, loading);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigError([
      {
        file,
        key: '',
        message: 'expected a default export such as { JupyterHub: { port: 8000 } }, or a function that returns one',
      },
    ]);
  }
  const written = settingsOf(content as Record<string, unknown>, (path) => ({ file, ...lineOf(source, path) }));
  const problems: Problem[] = [];
  const settings = written.map((setting) => ({ ...setting, value: dataOf(setting, problems) }));
  if (problems.length > 0) throw new ConfigError(problems);
  return settings.filter(({ value }) => value !== undefined);
}

function dataOf(setting: Setting, problems: Problem[]): unknown {
  return plainValue(setting.value, {
    keeps: (path, value) => takesFunction(setting, path, value),
    found: ({ path, kind }) => problems.push(problemOf(setting, path, notDataMessage(setting.className, setting.trait, kind))),
  });
}

async function evaluate(file: string, { timeoutMs, api }: LoadingRules): Promise<unknown> {
  try {
    return await within(timeoutMs, imported(file, api));
  } catch (error) {
    throw new ConfigError([{ file, ...lineInStack(error, file), key: '', message: `cannot be loaded: ${messageOf(error)}` }], {
      cause: error,
    });
  }
}

async function imported(file: string, api: ConfigApi | undefined): Promise<unknown> {
  // loaded only for these files, so that every other start stays fast
  const { createJiti } = await import('jiti');
  const virtualModules = api ? { 'elara/config': await api() } : {};
  const exported = await createJiti(import.meta.url, { fsCache: false, moduleCache: false, virtualModules }).import(file, { default: true });
  return typeof exported === 'function' ? (exported as () => unknown)() : exported;
}

function lineInStack(error: unknown, file: string): { line?: number } {
  const text = error instanceof Error ? `${error.stack}` : '';
  const line = text.split(`${file}:`)[1]?.match(/^\d+/)?.[0];
  return line === undefined ? {} : { line: Number(line) };
}
