import { isDeepStrictEqual } from 'node:util';
import type { Route, RouteData } from './drivers/proxy-driver.js';

/** A route as one of the hub's parts wants it. */
export interface WantedRoute extends Route {
  /** Its server is between two states: whatever the table has is left as it is. */
  pending?: boolean;
}

export interface RouteChanges {
  /** Missing, or with another target or purpose. */
  add: Route[];
  /** Specs that nobody wants. */
  remove: string[];
}

/** What makes the proxy's table as wanted. Read the table first: what is wanted later than that is at worst added twice. */
export function routeChanges(wanted: readonly WantedRoute[], actual: ReadonlyMap<string, Route>): RouteChanges {
  const specs = new Set(wanted.map(({ spec }) => spec));
  return {
    add: wanted.flatMap(({ pending, ...route }) => (pending || isSame(route, actual.get(route.spec)) ? [] : [route])),
    remove: [...actual.keys()].filter((spec) => !specs.has(spec)),
  };
}

function isSame(wanted: Route, actual: Route | undefined): boolean {
  return actual !== undefined && wanted.target === actual.target && isDeepStrictEqual(wanted.data, purposeOf(actual.data));
}

/** Activity is the proxy's own addition. */
export function purposeOf({ last_activity: _, ...purpose }: RouteData): RouteData {
  return purpose;
}
