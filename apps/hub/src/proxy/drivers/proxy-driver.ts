import { InvalidInputError } from '../../errors.js';

/** A route that the proxy will never take; others are not affected. */
export class UnusableRouteError extends InvalidInputError {}

/** One entry of a proxy's table: everything below a path goes to one server. */
export interface Route {
  /** Path with a slash at both ends, names in it percent-encoded: `/user/x/`. */
  spec: string;
  /** `http://127.0.0.1:1234`: the path of a request is kept. */
  target: string;
  data: RouteData;
}

/** What a route is for: `{hub: true}`, `{user, server_name}`, `{service}` or `{extra: true}`. */
export interface RouteData {
  [key: string]: unknown;
  /** When the proxy last saw traffic, ISO 8601; only on routes read from it. */
  last_activity?: string;
}

/** A proxy that leads people to the hub, to servers and to services. Its table may be lost at any time. */
export interface ProxyDriver {
  /**
   * Starts or finds the proxy; it answers when this resolves. Routes may be there already.
   * @throws UnavailableError when it cannot be used
   */
  start(signal: AbortSignal): Promise<void>;

  /** Ends a proxy that was started here, also by an earlier hub; one that runs by itself is left alone. */
  stop(): Promise<void>;

  /** Of the proxy, where the driver knows it. */
  readonly version?: string | undefined;

  /** Called when a proxy that was lost runs again, with an empty table; not at the first start. */
  onReset: () => void;

  /** The table, by spec, without what others put into it. @throws UnavailableError */
  routes(): Promise<Map<string, Route>>;

  /** Whether the table has this route. @throws UnavailableError */
  has(spec: string): Promise<boolean>;

  /** Adds a route or replaces it. @throws UnavailableError, UnusableRouteError */
  add(route: Route): Promise<void>;

  /** Removes a route; one that is not there is fine. @throws UnavailableError, UnusableRouteError */
  remove(spec: string): Promise<void>;

  /** Talks to the proxy at another address, or with another token, from now on. */
  connect(access: { apiUrl?: string; token?: string }): void;
}
