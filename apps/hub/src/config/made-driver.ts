import type { DriverClass } from './hooks/functions.js';
import { isClass } from './is-class.js';

type Make = (...args: unknown[]) => unknown;

/**
 * The driver that a class makes, or a function gives.
 * @throws TypeError when it is none
 */
export function madeDriver(driver: DriverClass, ...args: unknown[]): object {
  const made: unknown = isClass(driver) ? Reflect.construct(driver, args) : (driver as Make)(...args);
  if (typeof made !== 'object' || made === null) throw new TypeError(`it gave ${made === null ? 'null' : typeof made}`);
  return made;
}
