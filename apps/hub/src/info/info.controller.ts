import { Get, Head, Header, Inject } from '@nestjs/common';
import { nameOfDriver } from '../config/class-names.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NeedsScope, Open } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { CurrentCaller } from '../http/current-caller.js';
import type { Caller } from '../identity/caller.js';
import { ProxyService } from '../proxy/proxy.service.js';
import { API_LEVEL, ELARA_VERSION } from '../version.js';
import { DatabaseInfo } from './database-info.js';
import { HubHealth } from './hub-health.js';

@ApiController()
export class InfoController {
  constructor(
    @Inject(HUB_CONFIG) private readonly config: HubConfig,
    private readonly database: DatabaseInfo,
    private readonly proxy: ProxyService,
    private readonly hubHealth: HubHealth,
  ) {}

  @Get()
  @Open('clients ask for the version before they have credentials')
  @Describe({ summary: 'The level of the API', answers: { 200: 'Version' } })
  root() {
    return { version: API_LEVEL };
  }

  /** Keys as JupyterHub's; where it names its Python, this names Node. */
  @Get('info')
  @NeedsScope('read:hub')
  @Describe({ summary: 'Versions, spawner and authenticator; under `elara`, how the parts of the hub are', answers: { 200: 'Info' } })
  info(@CurrentCaller() caller: Caller) {
    const { spawner_class, authenticator_class } = this.config.JupyterHub;
    return {
      version: API_LEVEL,
      python: process.version,
      sys_executable: process.execPath,
      spawner: { class: nameOfDriver(spawner_class), version: ELARA_VERSION },
      authenticator: { class: authenticator_class, version: ELARA_VERSION },
      elara: {
        version: ELARA_VERSION,
        node: process.version,
        uptime_seconds: Math.floor(process.uptime()),
        memory_rss_bytes: process.memoryUsage.rss(),
        proxy: this.proxy.about,
        database: this.database.model,
        health: this.hubHealth.model(caller),
      },
    };
  }

  @Get('health')
  @Open('health probes have no credentials')
  @Header('Content-Type', 'text/html')
  @Describe({ summary: 'Whether the hub serves', answers: { 200: { text: 'text/html' } } })
  health(): string {
    return '';
  }

  @Head('health')
  @Open('health probes have no credentials')
  @Header('Content-Type', 'text/html')
  @Describe({ summary: 'Whether the hub serves', answers: { 200: null } })
  healthHead(): string {
    return '';
  }
}
