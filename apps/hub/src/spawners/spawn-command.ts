import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SpawnerTraits } from '../config/hooks/values.js';
import type { HubConfig } from '../config/schema.js';

const DEFAULT = 'jupyterhub-singleuser';
const BUNDLED = join('bin', 'elara-singleuser');

export interface SpawnCommand {
  cmd: readonly string[];
  /** Our own small server stands in, because Jupyter's is not installed. */
  bundled: boolean;
}

/**
 * What `Spawner.cmd` comes to: our own small server when the command is the default and not installed.
 * @param path the PATH that servers get
 */
export function resolveSpawnCommand(cmd: readonly string[], path: string | undefined): SpawnCommand {
  const isDefault = cmd.length === 1 && cmd[0] === DEFAULT;
  if (!isDefault || isOnPath(DEFAULT, path)) return { cmd, bundled: false };
  return { cmd: [bundledFile()], bundled: true };
}

/** One line for the start-up message: what servers will be, and how to get the other kind. */
export function describeSpawnCommand(config: HubConfig, env: NodeJS.ProcessEnv = process.env): string {
  const { cmd } = traitsOfClass(config);
  const resolved = resolveSpawnCommand(cmd, env.PATH);
  if (resolved.bundled) {
    return (
      `Servers will be Elara's own small one (${BUNDLED}), because ${DEFAULT} is not on PATH; ` +
      'for notebooks, install Jupyter (Debian: apt-get install jupyterhub jupyter-notebook)'
    );
  }
  const command = cmd.join(' ');
  return cmd[0] === DEFAULT
    ? `Servers will be Jupyter's (${command}); for Elara's own small one, set Spawner.cmd to ${bundledFile()}`
    : `Servers will be started by Spawner.cmd: ${command}`;
}

/** A class of the config that has all traits of a spawner. */
export type SpawnerSection = 'Spawner' | 'LocalProcessSpawner' | 'SimpleLocalProcessSpawner';

/** The traits of the spawner that `JupyterHub.spawner_class` names; for a class of the operator's own, those of ours that it is made from. */
export function traitsOfClass(config: HubConfig): SpawnerTraits {
  return { ...config.SimpleLocalProcessSpawner, ...config[sectionOf(config.JupyterHub.spawner_class)] };
}

function sectionOf(spawnerClass: HubConfig['JupyterHub']['spawner_class']): SpawnerSection {
  if (typeof spawnerClass === 'function') return (spawnerClass as { section?: SpawnerSection }).section ?? 'Spawner';
  return spawnerClass === 'simple' ? 'SimpleLocalProcessSpawner' : 'LocalProcessSpawner';
}

function isOnPath(name: string, path = ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** The launcher beside `bin/elara`, seen from here: the distance differs between the sources and the build. */
function bundledFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, BUNDLED);
}
