import type { SpawnerTraits } from '../config/hooks/values.js';
import type { HubConfig } from '../config/schema.js';

type SpawnerClass = HubConfig['JupyterHub']['spawner_class'];

const CLASSES = {
  localprocess: 'LocalProcessSpawner',
  simple: 'SimpleLocalProcessSpawner',
  sudo: 'SudoSpawner',
  systemd: 'SystemdSpawner',
} as const satisfies Record<Extract<SpawnerClass, string>, keyof HubConfig>;

/** A class of the config that has the traits of a spawner. */
export type SpawnerSection = 'Spawner' | (typeof CLASSES)[keyof typeof CLASSES];

/** The traits of the spawner that `JupyterHub.spawner_class` names; what only other classes have stands there as they have it. */
export function traitsOfClass(config: HubConfig): SpawnerTraits {
  const { SystemdSpawner, SudoSpawner, SimpleLocalProcessSpawner } = config;
  return { ...SystemdSpawner, ...SudoSpawner, ...SimpleLocalProcessSpawner, ...config[sectionOf(config.JupyterHub.spawner_class)] };
}

/** The class of the config whose traits a spawner has: of the operator's own class, the one of ours that it is made from. */
export function sectionOf(spawnerClass: SpawnerClass): SpawnerSection {
  return typeof spawnerClass === 'string' ? CLASSES[spawnerClass] : ((spawnerClass as { section?: SpawnerSection }).section ?? 'Spawner');
}
