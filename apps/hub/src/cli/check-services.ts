import { ConfigError } from '../config/config-error.js';
import type { LoadedConfig } from '../config/load-config.js';
import type { Problem } from '../config/setting.js';
import { orderProblems } from '../services/service-order.js';
import { readServiceSpec, ServiceSpecError } from '../services/service-spec.js';

type ServiceRecord = Record<string, unknown>;

/**
 * Checks the services of the config by the rules of the services module.
 * @throws ConfigError with the place of every service that is described wrongly
 */
export function checkServices(loaded: LoadedConfig): void {
  const { services } = loaded.config.JupyterHub;
  const problems = services.flatMap((record, index) => problemOf(loaded, record, index));
  if (problems.length > 0) throw new ConfigError(problems);
  const misplaced = orderProblems(services.map(readServiceSpec));
  if (misplaced.length > 0) throw new ConfigError(misplaced.map(({ index, key, message }) => loaded.problem('JupyterHub', 'services', [index, key], message)));
}

function problemOf(loaded: LoadedConfig, record: ServiceRecord, index: number): Problem[] {
  const message = failureOf(record);
  if (message === undefined) return [];
  // the key to blame is the one without which this failure would not be
  const { name, ...others } = record;
  const culprit = Object.keys(others).find((key) => failureOf({ name, ...without(others, key) }) !== message);
  return [loaded.problem('JupyterHub', 'services', culprit === undefined ? [index] : [index, culprit], message)];
}

function failureOf(record: ServiceRecord): string | undefined {
  try {
    readServiceSpec(record);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceSpecError) return error.message;
    throw error;
  }
}

const without = (record: ServiceRecord, key: string) =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
