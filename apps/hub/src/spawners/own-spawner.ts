import type { DriverClass } from '../config/hooks/functions.js';
import { madeDriver } from '../config/made-driver.js';
import type { HubConfig } from '../config/schema.js';
import { messageOf, StartupError } from '../errors.js';
import { traitsOfClass } from './spawner-class.js';
import type { Spawner } from './spawner.js';

const METHODS = ['start', 'adopt', 'findAll', 'poll', 'examine', 'stop'] as const;

/** A spawner that a class of a JavaScript config makes, or a function. @throws StartupError when it is none */
export function ownSpawner(wanted: DriverClass, config: HubConfig): Spawner {
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
