import { killedForMemory } from '#process';
import type { HubConfig } from '../config/schema.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { ownSpawner } from './own-spawner.js';
import { helpedAccount } from './placement.js';
import { SimpleLocalProcessSpawner } from './simple-spawner.js';
import type { Spawner } from './spawner.js';
import { SudoLauncher } from './sudo-launcher.js';
import { SudoMediator } from './sudo-mediator.js';
import { SystemdSpawner } from './systemd-spawner.js';

/** The driver that `JupyterHub.spawner_class` names, or is. @throws StartupError when a class of the operator's own is none */
export function createSpawner(config: HubConfig): Spawner {
  const { spawner_class: wanted } = config.JupyterHub;
  switch (wanted) {
    case 'localprocess':
      return new LocalProcessSpawner(config.LocalProcessSpawner);
    case 'simple':
      return new SimpleLocalProcessSpawner(config.SimpleLocalProcessSpawner);
    case 'sudo':
      return sudoSpawner(config.SudoSpawner);
    case 'systemd':
      return new SystemdSpawner(config.SystemdSpawner);
    default:
      return ownSpawner(wanted, config);
  }
}

/** Servers as people's own accounts, for a hub that is not root (reference hub-behaviour 4.10). */
export const sudoSpawner = (traits: HubConfig['SudoSpawner'], mediator = new SudoMediator(traits)): Spawner =>
  new LocalProcessSpawner(traits, helpedAccount, killedForMemory, new SudoLauncher(mediator));
