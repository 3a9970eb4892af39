import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { HubConfig } from '../config/schema.js';
import { helperPath, ownProgram } from './own-program.js';
import { traitsOfClass } from './spawner-class.js';
import type { SpawnerTraits } from './spawner-traits.js';

const DEFAULT = 'jupyterhub-singleuser';
const BUNDLED = 'elara-singleuser';

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
  return { cmd: [ownProgram(BUNDLED)], bundled: true };
}

/** Where the command of a server is looked for. @param path the PATH of the hub */
export const searchPath = ({ extra_paths, environment: { PATH: own } }: Pick<SpawnerTraits, 'extra_paths' | 'environment'>, path = ''): string =>
  [...extra_paths, typeof own === 'string' ? own : path].join(delimiter);

/** One line for the start-up message: what servers will be, and how to get the other kind. */
export function describeSpawnCommand(config: HubConfig, env: NodeJS.ProcessEnv = process.env): string {
  const traits = traitsOfClass(config);
  if (config.JupyterHub.spawner_class === 'sudo') return `Servers will be what ${helperPath(traits)} starts, whatever Spawner.cmd says`;
  const { cmd } = traits;
  const resolved = resolveSpawnCommand(cmd, searchPath(traits, env.PATH));
  if (resolved.bundled) {
    return (
      `Servers will be Elara's own small one (bin/${BUNDLED}), because ${DEFAULT} is not on PATH; ` +
      'for notebooks, install Jupyter (Debian: apt-get install jupyterhub jupyter-notebook)'
    );
  }
  const command = cmd.join(' ');
  return cmd[0] === DEFAULT
    ? `Servers will be Jupyter's (${command}); for Elara's own small one, set Spawner.cmd to ${ownProgram(BUNDLED)}`
    : `Servers will be started by Spawner.cmd: ${command}`;
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
