import type { DriverClass } from '../config/hooks/functions.js';
import { madeDriver } from '../config/made-driver.js';
import type { HubConfig } from '../config/schema.js';
import { messageOf, StartupError } from '../errors.js';
import { LocalProcessSpawner } from './local-process-spawner.js';
import { simpleHome } from './placement.js';
import { type SpawnerSection, traitsOfClass } from './spawn-command.js';
import type { Spawner } from './spawner.js';
import type { SpawnerTraits } from './spawner-traits.js';

/** All servers as the hub's own account, each person with a folder below `home_dir_template` (reference hub-behaviour 2.3). */
export class SimpleLocalProcessSpawner extends LocalProcessSpawner {
  static override readonly section: SpawnerSection = 'SimpleLocalProcessSpawner';

  constructor(traits: Pick<SpawnerTraits, 'interrupt_timeout' | 'term_timeout' | 'kill_timeout'>) {
    super(traits, simpleHome);
  }
}

/** The driver that `JupyterHub.spawner_class` names, or is. @throws StartupError when a class of the operator's own is none */
export function createSpawner(config: HubConfig): Spawner {
  const { spawner_class: wanted } = config.JupyterHub;
  if (typeof wanted === 'function') return ownSpawner(wanted, config);
  return new (wanted === 'simple' ? SimpleLocalProcessSpawner : LocalProcessSpawner)(traitsOfClass(config));
}

const METHODS = ['start', 'adopt', 'findAll', 'poll', 'examine', 'stop'] as const;

function ownSpawner(wanted: DriverClass, config: HubConfig): Spawner {
  const because = (reason: string, cause?: unknown) => new StartupError(`cannot use the class ${wanted.name} as spawner_class: because ${reason}`, { cause });
  let spawner: Partial<Spawner>;
  try {
    spawner = madeDriver(wanted, traitsOfClass(config), config);
  } catch (error) {
    throw because(messageOf(error), error);
  }
  const missing = METHODS.filter((name) => typeof spawner[name] !== 'function');
  if (missing.length > 0) throw because(`it has no method ${missing.join(', ')}`);
  if (typeof spawner.stopSeconds !== 'number') throw because('its stopSeconds is no number');
  return spawner as Spawner;
}
