import type { DriverClass } from '../config/hooks/functions.js';
import { madeDriver, type Members } from '../config/made-driver.js';
import type { HubConfig } from '../config/schema.js';
import { traitsOfClass } from './spawner-class.js';
import type { Spawner } from './spawner.js';

const MEMBERS: Members<Spawner> = { start: 'function', adopt: 'function', findAll: 'function', poll: 'function', examine: 'function', stop: 'function', stopSeconds: 'number' };

/** A spawner that a class of a JavaScript config makes, or a function. @throws StartupError when it is none */
export const ownSpawner = (wanted: DriverClass, config: HubConfig): Spawner => madeDriver<Spawner>('spawner_class', wanted, MEMBERS, traitsOfClass(config), config);
