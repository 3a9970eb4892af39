import { Inject, Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLog } from '../audit/audit-log.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { ServersService } from '../servers/servers.service.js';
import { ServiceSupervisor } from '../services/supervisor.js';
import type { ShutdownWish } from '../shutdown/shutdown.service.js';
import { Background } from './background.js';
import { notifySystemd } from './systemd.js';

const log = new Logger('hub');
const SERVERS_SECONDS = 30;

/** The end of a hub: what it takes along, and in which order. */
@Injectable()
export class Teardown {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly background: Background,
    private readonly services: ServiceSupervisor,
    private readonly servers: ServersService,
    private readonly proxy: ProxyService,
    private readonly audit: AuditLog,
  ) {}

  /** Every step is tried, whatever became of the one before. */
  async run(app: NestFastifyApplication, wish: ShutdownWish): Promise<void> {
    const { cleanup_servers, cleanup_proxy } = this.config.JupyterHub;
    await notifySystemd('STOPPING=1');
    const work = [this.#try('stop the services', () => this.services.stop())];
    if (wish.servers ?? cleanup_servers) work.push(this.#try('stop the servers', () => this.#stopServers()));
    await Promise.all(work);
    await this.#try('stop the background work', () => this.background.stop());
    if (wish.proxy ?? cleanup_proxy) await this.#try('stop the proxy', () => this.proxy.stop());
    await this.#try('close the port', () => app.close());
    // now that nobody can ask for anything any more
    await this.#try('write the audit', () => this.audit.flush());
    log.log('...done');
  }

  async #stopServers(): Promise<void> {
    const left = await this.servers.stopAll(SERVERS_SECONDS);
    if (left > 0) log.warn(`${left} servers did not stop within ${SERVERS_SECONDS} seconds`);
  }

  async #try(what: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      log.error(`cannot ${what}: because ${messageOf(error)}`);
    }
  }
}
