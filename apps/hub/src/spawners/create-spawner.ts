import { killedForMemory } from '#process';
import type { HubConfig } from '../config/schema.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { helpedAccount, simpleHome } from './placement.js';
import type { Spawner } from './spawner.js';
import { SudoLauncher } from './sudo-launcher.js';
import { SudoMediator } from './sudo-mediator.js';
import { SystemdSpawner } from './systemd-spawner.js';

/** The driver that `JupyterHub.spawner_class` names. */
export function createSpawner(config: HubConfig): Spawner {
  switch (config.JupyterHub.spawner_class) {
    case 'localprocess':
      return new LocalProcessSpawner(config.LocalProcessSpawner);
    case 'simple':
      return simpleSpawner(config.SimpleLocalProcessSpawner);
    case 'sudo':
      return sudoSpawner(config.SudoSpawner);
    case 'systemd':
      return new SystemdSpawner(config.SystemdSpawner);
  }
}

/** All servers as the hub's own account, each person with a folder below `home_dir_template` (reference hub-behaviour 2.3). */
export const simpleSpawner = (traits: HubConfig['SimpleLocalProcessSpawner']): Spawner => new LocalProcessSpawner(traits, simpleHome);

/** Servers as people's own accounts, for a hub that is not root (reference hub-behaviour 4.10). */
export const sudoSpawner = (traits: HubConfig['SudoSpawner'], mediator = new SudoMediator(traits)): Spawner =>
  new LocalProcessSpawner(traits, helpedAccount, killedForMemory, new SudoLauncher(mediator));
