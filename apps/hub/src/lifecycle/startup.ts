import { Inject, Injectable, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hasAllowRule } from '../authenticators/allowed.js';
import { type Authenticator, AUTHENTICATOR } from '../authenticators/authenticator.js';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { messageOf, StartupError } from '../errors.js';
import { initSpawnersDuration, metricsWarnings, startupDuration } from '../metrics.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { Orphans } from '../servers/orphans.js';
import { ServerChanges } from '../servers/server-changes.js';
import { ServerWatch } from '../servers/server-watch.js';
import { ServiceSupervisor } from '../services/supervisor.js';
import { SharesService } from '../shares/shares.service.js';
import { shortcomings } from '../spawners/machine-check.js';
import { describeSpawnCommand } from '../spawners/spawn-command.js';
import { TokensService } from '../tokens/tokens.service.js';
import { Background } from './background.js';
import { listen, requirePort } from './listen.js';
import { Population } from './population.js';
import { notifySystemd } from './systemd.js';

const A_DAY = 86_400;
const log = new Logger('hub');

/** From modules to a hub that people can use: the order of the start on one screen. */
@Injectable()
export class Startup {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    @Inject(HUB_URLS) private readonly urls: HubUrls,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    private readonly population: Population,
    private readonly tokens: TokensService,
    private readonly shares: SharesService,
    private readonly proxy: ProxyService,
    private readonly changes: ServerChanges,
    private readonly servers: ServerWatch,
    private readonly orphans: Orphans,
    private readonly services: ServiceSupervisor,
    private readonly background: Background,
  ) {}

  /**
   * @param signal aborted when the hub is told to stop while it starts
   * @throws StartupError or UnavailableError that say what is wrong and what to do
   */
  async run(app: NestFastifyApplication, signal: AbortSignal): Promise<void> {
    this.#warn();
    await this.#checkMachine();
    await requirePort(this.urls);
    await this.population.load();
    await this.tokens.purgeExpired();
    await this.shares.purgeExpired();
    await listen(app, this.urls);
    log.log(`Hub API listening on ${this.urls.hubOrigin}${this.urls.hubPrefix}`);
    await this.proxy.start(signal);
    signal.throwIfAborted();
    await this.services.start(signal);
    await this.#verifyServers();
    await this.proxy.check();
    this.background.start();
    log.log(describeSpawnCommand(this.config));
    startupDuration.observe(performance.now() / 1000);
    await notifySystemd('READY=1', `STATUS=Serving ${this.urls.localUrl}`);
  }

  #warn(): void {
    for (const warning of [...this.authenticator.warnings(), ...metricsWarnings]) log.warn(warning);
    // what a class of one's own goes by cannot be told from the config
    const mayAllow = typeof this.config.JupyterHub.authenticator_class !== 'string' && this.authenticator.allows;
    if (this.authenticator.hasForm && !mayAllow && !hasAllowRule(this.config)) {
      log.warn('No allow config found, it is possible that nobody can log in: set Authenticator.allow_all or Authenticator.allowed_users');
    }
  }

  /** Whether servers can be started at all. @throws StartupError */
  async #checkMachine(): Promise<void> {
    for (const { message, fatal } of await shortcomings(this.config)) {
      if (fatal) throw new StartupError(message);
      log.warn(message);
    }
  }

  /** Servers that survived are looked at before people arrive; those that take longer are looked at in the background. */
  async #verifyServers(): Promise<void> {
    const end = initSpawnersDuration.startTimer();
    const done = this.servers
      .resumeServers()
      .then(() => this.orphans.look())
      .then(() => this.changes.renameInvalid())
      .catch((error: unknown) => log.error(`cannot check the servers of an earlier hub: ${messageOf(error)}`))
      .finally(end);
    const { init_spawners_timeout: seconds } = this.config.JupyterHub;
    const patience = (seconds < 0 ? A_DAY : Math.max(1, seconds)) * 1000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), patience)));
    const outcome = await Promise.race([done, late]);
    clearTimeout(timer);
    if (outcome !== 'late') return;
    log.warn('Servers of an earlier hub are still being checked; going on without waiting');
    done.then(() => this.proxy.check()).catch((error: unknown) => log.error(`cannot check the routes: ${messageOf(error)}`));
  }
}
