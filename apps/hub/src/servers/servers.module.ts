import { Module } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { ProxyModule } from '../proxy/proxy.module.js';
import { createSpawner } from '../spawners/create-spawner.js';
import { SPAWNER } from '../spawners/spawner.js';
import { HubMark } from './hub-mark.js';
import { LifecycleRepository } from './lifecycle.repository.js';
import { Orphans } from './orphans.js';
import { OrphansController } from './orphans.controller.js';
import { PendingServers } from './pending-servers.js';
import { ServerLogController } from './server-log.controller.js';
import { ServerChanges } from './server-changes.js';
import { ServerStarts } from './server-starts.js';
import { ServerTools } from './server-tools.js';
import { ServerWatch } from './server-watch.js';
import { ServersController } from './servers.controller.js';
import { ServersRepository } from './servers.repository.js';
import { ServersService } from './servers.service.js';
import { SpawnHooks } from './spawn-hooks.js';

@Module({
  imports: [ProxyModule],
  controllers: [ServersController, OrphansController, ServerLogController],
  providers: [
    { provide: SPAWNER, inject: [HUB_CONFIG], useFactory: (config: HubConfig) => createSpawner(config) },
    HubMark,
    LifecycleRepository,
    Orphans,
    PendingServers,
    ServerChanges,
    ServerStarts,
    ServerTools,
    ServerWatch,
    ServersRepository,
    ServersService,
    SpawnHooks,
  ],
  exports: [Orphans, ServerChanges, ServersService, ServerWatch, SpawnHooks, SPAWNER],
})
export class ServersModule {}
