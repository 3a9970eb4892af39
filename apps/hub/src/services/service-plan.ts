import { isDeepStrictEqual } from 'node:util';
import type { ServiceSpec } from './service-spec.js';

/** By which services a new config differs from the one in force. */
export interface ServicePlan {
  added: readonly ServiceSpec[];
  changed: readonly ServiceSpec[];
  /** Names. */
  removed: readonly string[];
}

/** @param current the services of the config in force, by name */
export function servicePlan(current: ReadonlyMap<string, ServiceSpec>, wanted: readonly ServiceSpec[]): ServicePlan {
  const names = new Set(wanted.map(({ name }) => name));
  return {
    added: wanted.filter(({ name }) => !current.has(name)),
    changed: wanted.filter((spec) => current.has(spec.name) && !isDeepStrictEqual(current.get(spec.name), spec)),
    removed: [...current.keys()].filter((name) => !names.has(name)),
  };
}
