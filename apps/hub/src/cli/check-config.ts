import { nameOfDriver } from '../config/class-names.js';
import { ConfigError } from '../config/config-error.js';
import { loadConfig, type LoadedConfig, type LoadOptions } from '../config/load-config.js';
import type { Problem } from '../config/setting.js';
import { hubUrls } from '../config/urls.js';
import { shortcomings } from '../spawners/machine-check.js';
import { checkServices } from './check-services.js';
import { coloured, printError, printWarnings } from './output.js';

/**
 * `elara check-config`: says whether the hub would start with this config.
 * @returns exit status: 0 when the config can be used, else 1
 */
export async function checkConfig(load: LoadOptions, { json = false }: { json?: boolean }): Promise<number> {
  try {
    const loaded = await withShortcomings(await loadConfig(load));
    checkServices(loaded);
    if (json) printJson({ ok: true, file: loaded.file ?? null, problems: [], warnings: loaded.warnings });
    else printSummary(loaded);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (json) printJson({ ok: false, file: load.file ?? null, problems: error.problems, warnings: [] });
    else printError(error.message);
    return 1;
  }
}

/** What this machine lacks: a warning only, for the hub may be meant for another one. */
async function withShortcomings(loaded: LoadedConfig): Promise<LoadedConfig> {
  const found = (await shortcomings(loaded.config)).map(({ message }) => loaded.problem('JupyterHub', 'spawner_class', [], `on this machine: ${message}`));
  return { ...loaded, warnings: [...loaded.warnings, ...found] };
}

interface Report {
  ok: boolean;
  file: string | null;
  problems: readonly Problem[];
  warnings: readonly Problem[];
}

const printJson = (report: Report) => process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

function printSummary(loaded: LoadedConfig): void {
  printWarnings(loaded.warnings);
  const { stdout } = process;
  stdout.write(
    [`${coloured('green', 'The config can be used.', stdout)}`, ...summary(loaded).map((line) => `  ${line}`), ''].join('\n'),
  );
}

function summary({ config, file, warnings }: LoadedConfig): string[] {
  const { JupyterHub: hub } = config;
  return [
    `file      ${file ?? 'none, all defaults'}`,
    `address   ${hubUrls(config).localUrl}`,
    `login     ${nameOfDriver(hub.authenticator_class)}`,
    `servers   ${nameOfDriver(hub.spawner_class)}`,
    `services  ${hub.services.map(({ name }) => name).join(', ') || 'none'}`,
    `warnings  ${warnings.length || 'none'}`,
  ];
}
