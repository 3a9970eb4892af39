import type { HubConfig } from '../config/schema.js';
import type { SpawnerTraits } from './spawner-traits.js';

const CLASSES = {
  localprocess: 'LocalProcessSpawner',
  simple: 'SimpleLocalProcessSpawner',
  sudo: 'SudoSpawner',
  systemd: 'SystemdSpawner',
} as const satisfies Record<HubConfig['JupyterHub']['spawner_class'], keyof HubConfig>;

/** The traits of the spawner that `JupyterHub.spawner_class` names; what only other classes have stands there as they have it. */
export function traitsOfClass(config: HubConfig): SpawnerTraits {
  const { SystemdSpawner, SudoSpawner, SimpleLocalProcessSpawner } = config;
  return { ...SystemdSpawner, ...SudoSpawner, ...SimpleLocalProcessSpawner, ...config[CLASSES[config.JupyterHub.spawner_class]] };
}
