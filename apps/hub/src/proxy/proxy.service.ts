import { Inject, Injectable, Logger } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { messageOf } from '../errors.js';
import { checkRoutesDuration, proxyAddDuration, proxyDeleteDuration, proxyPollDuration, timed } from '../metrics.js';
import { Health } from '../news/health.js';
import { forEachBounded } from './drivers/bounded.js';
import { type ProxyDriver, type Route, UnusableRouteError } from './drivers/proxy-driver.js';
import { routeChanges, type WantedRoute } from './route-changes.js';

/** Injection token of the driver that `JupyterHub.proxy_class` names. */
export const PROXY_DRIVER = Symbol('PROXY_DRIVER');

/** More routes at once are told by their number. */
const MOST_TOLD = 20;

const log = new Logger('proxy');

/** Keeps the proxy's table as the hub's parts want it. */
@Injectable()
export class ProxyService {
  readonly #sources = new Map<string, () => Promise<WantedRoute[]>>();
  #running?: Promise<void>;
  #next?: Promise<void>;
  #answers = true;
  /** Specs that the proxy does not take, and that this was said of. */
  readonly #unusable = new Set<string>();

  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(PROXY_DRIVER) private readonly driver: ProxyDriver,
    private readonly health: Health,
  ) {
    this.addSource('hub', () => Promise.resolve([this.#hubRoute]));
    this.addSource('extra_routes', () => Promise.resolve(extraRoutes(config.ConfigurableHTTPProxy.extra_routes)));
  }

  /** Registers a part of the hub that wants routes; it is asked with every check. */
  addSource(name: string, wanted: () => Promise<WantedRoute[]>): void {
    this.#sources.set(name, wanted);
  }

  /**
   * Starts or finds the proxy; when it is lost later, its routes are restored as soon as it is back.
   * @throws UnavailableError, StartupError
   */
  async start(signal: AbortSignal): Promise<void> {
    this.driver.onReset = () => void this.#restore();
    await this.driver.start(signal);
    this.health.tell('proxy');
  }

  /** Ends the proxy, if the hub started it. */
  async stop(): Promise<void> {
    await this.driver.stop();
  }

  /** Which proxy it is; its version, where that is known. */
  get about(): { class: string; version: string | null } {
    return { class: this.config.JupyterHub.proxy_class, version: this.driver.version ?? null };
  }

  async addRoute(route: Route): Promise<void> {
    await timed(proxyAddDuration, () => this.driver.add(route));
  }

  async removeRoute(spec: string): Promise<void> {
    await timed(proxyDeleteDuration, () => this.driver.remove(spec));
  }

  async table(): Promise<Map<string, Route>> {
    const end = proxyPollDuration.startTimer();
    const table = await this.driver.routes();
    end();
    return table;
  }

  /**
   * Makes the table as wanted. One check at a time; those that ask meanwhile share the next.
   * @param table when it has just been read
   * @throws UnavailableError when the proxy does not answer; what a source throws
   */
  check(table?: Map<string, Route>): Promise<void> {
    if (!this.#running) return (this.#running = this.#check(table).finally(() => (this.#running = undefined)));
    const after = this.#running.catch(() => undefined);
    return (this.#next ??= after.then(() => {
      this.#next = undefined;
      return this.check();
    }));
  }

  /** Whether the proxy still knows the way to the hub; a table that lost it is restored. */
  async watch(): Promise<void> {
    const hasHub = await this.driver.has(this.#hubRoute.spec).catch((error: unknown) => this.#tellAnswers(error));
    if (hasHub === undefined) return;
    this.#tellAnswers();
    if (hasHub) return;
    log.warn('The proxy has lost its routes');
    await this.check();
  }

  /** Talks to the proxy at another address, or with another token, and fills its table. */
  async update(access: { apiUrl?: string; token?: string }): Promise<void> {
    this.driver.connect(access);
    log.log('Using the proxy at its new address');
    await this.check();
  }

  async #restore(): Promise<void> {
    try {
      await this.check();
      log.log('New proxy back up and good to go');
    } catch (error) {
      log.error(`Cannot restore the routes of the proxy: ${messageOf(error)}`);
    }
  }

  async #check(table?: Map<string, Route>): Promise<void> {
    const end = checkRoutesDuration.startTimer();
    // the table first: a server that starts meanwhile is then at worst added twice, and never taken for stale
    const actual = table ?? (await this.table());
    const wanted = (await Promise.all([...this.#sources.values()].map((source) => source()))).flat();
    const { add, remove } = routeChanges(wanted, actual);
    const unknown = add.filter(({ spec }) => !this.#unusable.has(spec));
    tellChanges(unknown, remove, actual.size === 0);
    const { concurrency } = this.config.ConfigurableHTTPProxy;
    await forEachBounded(add, concurrency, (route) => this.#unlessUnusable(route.spec, () => this.addRoute(route)));
    await forEachBounded(remove, concurrency, (spec) => this.#unlessUnusable(spec, () => this.removeRoute(spec)));
    end();
  }

  /** One route that cannot be set keeps no other from being set; it is told of once. */
  async #unlessUnusable(spec: string, change: () => Promise<void>): Promise<void> {
    try {
      await change();
      this.#unusable.delete(spec);
    } catch (error) {
      if (!(error instanceof UnusableRouteError)) throw error;
      if (!this.#unusable.has(spec)) log.error(`Left out of the proxy's table: ${error.message}`);
      this.#unusable.add(spec);
    }
  }

  /** Says when the proxy stops answering, and when it answers again. */
  #tellAnswers(error?: unknown): undefined {
    const answers = error === undefined;
    this.health.tell('proxy', answers ? undefined : messageOf(error));
    if (answers !== this.#answers) {
      if (answers) log.log('The proxy answers again');
      else log.error(`The proxy does not answer: ${messageOf(error)}`);
    }
    this.#answers = answers;
  }

  get #hubRoute(): Route {
    return { spec: this.config.JupyterHub.hub_routespec || this.urls.baseUrl, target: this.urls.hubOrigin, data: { hub: true } };
  }
}

function tellChanges(add: readonly Route[], remove: readonly string[], isEmpty: boolean): void {
  if (add.length > MOST_TOLD) log.log(`Adding ${add.length} routes`);
  else if (isEmpty) for (const { spec, target } of add) log.log(`Adding route ${spec} => ${target}`);
  else for (const { spec, target } of add) log.warn(`Adding missing route ${spec} => ${target}`);
  if (remove.length > MOST_TOLD) log.warn(`Deleting ${remove.length} stale routes`);
  else for (const spec of remove) log.warn(`Deleting stale route ${spec}`);
}

function extraRoutes(routes: Record<string, string>): Route[] {
  return Object.entries(routes).map(([spec, target]) => ({
    spec: `/${spec}/`.replace(/\/{2,}/g, '/'),
    target,
    data: { extra: true },
  }));
}
