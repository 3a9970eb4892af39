import type { HubConfig } from '../config/schema.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { simpleHome } from './placement.js';
import type { Spawner } from './spawner.js';

/** All servers as the hub's own account, each person with a folder below `home_dir_template` (reference hub-behaviour 2.3). */
export const simpleSpawner = (traits: HubConfig['SimpleLocalProcessSpawner']): Spawner => new LocalProcessSpawner(traits, simpleHome);

/** The driver that `JupyterHub.spawner_class` names. */
export function createSpawner(config: HubConfig): Spawner {
  return config.JupyterHub.spawner_class === 'simple'
    ? simpleSpawner(config.SimpleLocalProcessSpawner)
    : new LocalProcessSpawner(config.LocalProcessSpawner);
}
