import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** What is looked for in the working directory when no file is named, in this order. */
export const DEFAULT_FILES = ['elara.yaml', 'jupyterhub_config.py'];

/** The config file to use, absolute; undefined when none is named and none of the usual ones is there. */
export function findFile(named: string | undefined): string | undefined {
  if (named !== undefined) return resolve(named);
  return DEFAULT_FILES.map((file) => resolve(file)).find((file) => existsSync(file));
}
