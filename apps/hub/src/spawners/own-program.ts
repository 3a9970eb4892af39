import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HubConfig } from '../config/schema.js';

/** The absolute path of a program in `bin` of this installation, seen from here: the distance differs between the sources and the build. */
export function ownProgram(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'bin', name);
}

/** The program that sudo runs as the person. */
export const helperPath = ({ sudospawner_path }: Pick<HubConfig['SudoSpawner'], 'sudospawner_path'>): string => sudospawner_path || ownProgram('elara-sudospawner');
