import { ConfigError } from './config-error.js';
import { CHECKS } from './checks.js';
import { findFile } from './load/find-file.js';
import type { ConfigApi } from './load/javascript.js';
import { readSettings } from './load/read-file.js';
import { settleNames } from './names/settle-names.js';
import { withoutTornado } from './names/tornado.js';
import { type Origins, resolve } from './resolve.js';
import type { HubConfig } from './schema.js';
import { type Location, type Path, type Problem, problemOf, type Setting } from './setting.js';

export interface LoadOptions {
  /** The config file; the usual ones of the working directory are tried when it is not named. */
  file?: string | undefined;
  /** Settings that win over those of the file: the command line. */
  overrides?: readonly Setting[];
  /** What a JavaScript config imports as `elara/config`. */
  api?: ConfigApi;
}

/** A config that can be used, and where each part of it comes from. */
export interface LoadedConfig {
  config: HubConfig;
  /** Absolute path of the file that was read; undefined when there was none. */
  file?: string;
  /** What was accepted but is worth a line in the log. */
  warnings: readonly Problem[];
  /** Where the trait, or the part of its value at `path`, was set; undefined for a default. */
  locate(className: string, trait: string, path?: Path): Location | undefined;
  /** A problem found later with a trait, or the part of its value at `path` (e.g. of `services`), with its location, for a ConfigError. */
  problem(className: string, trait: string, path: Path, message: string, suggestion?: string): Problem;
}

/**
 * Reads, names, merges and checks the config.
 * @throws ConfigError with everything that is wrong
 */
export async function loadConfig({ file: named, overrides = [], api }: LoadOptions = {}): Promise<LoadedConfig> {
  const file = findFile(named);
  const written = [...(file === undefined ? [] : await readSettings(file, api)), ...overrides];
  const names = settleNames(written);
  const trimmed = names.settings.map(withoutTornado);
  const { config, origins, problems } = resolve(trimmed.map(({ setting }) => setting));
  const wrong = [...names.problems, ...problems, ...(config ? brokenChecks(config, origins) : [])];
  if (!config || wrong.length > 0) throw new ConfigError(inOrder(wrong));
  const warnings = [...names.warnings, ...trimmed.flatMap((part) => part.warnings)];
  return { config, ...(file !== undefined && { file }), warnings, ...lookups(origins) };
}

function lookups(origins: Origins): Pick<LoadedConfig, 'locate' | 'problem'> {
  const origin = (className: string, trait: string) => origins.get(`${className}.${trait}`) ?? unset(className, trait);
  return {
    locate: (className, trait, path = []) => origins.get(`${className}.${trait}`)?.locate(path),
    problem: (className, trait, path, message, suggestion) => problemOf(origin(className, trait), path, message, suggestion),
  };
}

function brokenChecks(config: HubConfig, origins: Origins): Problem[] {
  const { problem } = lookups(origins);
  return CHECKS.filter((check) => check.broken(config)).map(({ key: [className, trait], message }) =>
    problem(className, trait, [], message),
  );
}

const unset = (className: string, trait: string): Setting => ({
  className,
  trait,
  value: undefined,
  key: `${className}.${trait}`,
  locate: () => ({}) as Location,
});

const inOrder = (problems: Problem[]) => problems.toSorted((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : 0));
