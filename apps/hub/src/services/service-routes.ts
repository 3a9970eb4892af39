import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { settlesWithin } from '#process';
import { messageOf } from '../errors.js';
import type { Route } from '../proxy/drivers/proxy-driver.js';
import { ProxyService } from '../proxy/proxy.service.js';
import type { Service } from './service.js';
import { ServicesService } from './services.service.js';

/** How long a request is held up by a proxy that is away. */
const PATIENCE_MS = 1000;

const log = new Logger('services');

/** The routes that services want: one for each that has a url. */
@Injectable()
export class ServiceRoutes implements OnModuleInit {
  constructor(
    private readonly services: ServicesService,
    private readonly proxy: ProxyService,
  ) {}

  onModuleInit(): void {
    this.proxy.addSource('services', () => Promise.resolve(this.services.list().flatMap(routeOf)));
  }

  /** Routes a service at once, or as soon as the proxy is there; what fails here is mended by the next route check. */
  async add(service: Service): Promise<void> {
    for (const route of routeOf(service)) await this.#try(service, () => this.proxy.addRoute(route));
  }

  async remove(service: Service): Promise<void> {
    for (const { spec } of routeOf(service)) await this.#try(service, () => this.proxy.removeRoute(spec));
  }

  async #try({ name }: Service, change: () => Promise<unknown>): Promise<void> {
    const done = change().catch((error: unknown) => log.warn(`cannot change the route of service ${name} yet: ${messageOf(error)}`));
    await settlesWithin(done, PATIENCE_MS);
  }
}

const routeOf = ({ name, prefix, origin }: Service): Route[] => (prefix ? [{ spec: prefix, target: origin, data: { service: name } }] : []);
