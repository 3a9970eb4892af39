import { UnavailableError } from '../../apps/hub/src/errors.js';
import type { ProxyDriver, Route } from '../../apps/hub/src/proxy/drivers/proxy-driver.js';

/** A proxy that remembers its table, unless it is told to be away. */
export class TableProxy implements ProxyDriver {
  table = new Map<string, Route>();
  away = false;
  onReset = () => undefined;
  start = async () => undefined;
  stop = async () => undefined;
  connect = () => undefined;
  routes = async () => (this.#answer(), new Map(this.table));
  has = async (spec: string) => (this.#answer(), this.table.has(spec));
  add = async (route: Route) => (this.#answer(), void this.table.set(route.spec, route));
  remove = async (spec: string) => (this.#answer(), void this.table.delete(spec));
  #answer() {
    if (this.away) throw new UnavailableError('the proxy is away');
  }
}
