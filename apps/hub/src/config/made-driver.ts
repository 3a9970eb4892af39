import { messageOf, StartupError } from '../errors.js';
import type { DriverClass } from './hooks/functions.js';
import { isClass } from './is-class.js';

type Make = (...args: unknown[]) => unknown;

/** What a driver has to have: each member with the type that it has to be of. */
export type Members<Driver> = Partial<Record<keyof Driver & string, 'function' | 'number' | 'boolean'>>;

/**
 * The driver that a class of a JavaScript config makes, or a function gives.
 * @param trait the key it stands under
 * @throws StartupError when it fails, or what it makes is none
 */
export function madeDriver<Driver extends object>(trait: 'authenticator_class' | 'spawner_class', driver: DriverClass, members: Members<Driver>, ...args: unknown[]): Driver {
  const because = (reason: string, cause?: unknown) => new StartupError(`cannot use ${driver.name || 'the function'} as JupyterHub.${trait}: because ${reason}`, { cause });
  let made: unknown;
  try {
    made = isClass(driver) ? Reflect.construct(driver, args) : (driver as Make)(...args);
  } catch (error) {
    throw because(messageOf(error), error);
  }
  if (typeof made !== 'object' || made === null) throw because(`it gave ${made === null ? 'null' : typeof made}`);
  const wrong = Object.entries(members).filter(([name, type]) => typeof (made as Record<string, unknown>)[name] !== type);
  if (wrong.length > 0) throw because(`it has no ${wrong.map(([name, type]) => `${name} (a ${type})`).join(', ')}`);
  return made as Driver;
}
