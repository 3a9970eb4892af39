import { Module } from '@nestjs/common';
import { ProxyModule } from '../proxy/proxy.module.js';
import { ServicesModule } from '../services/services.module.js';
import { ConfigController } from './config.controller.js';
import { DatabaseInfo } from './database-info.js';
import { HealthController } from './health.controller.js';
import { HubHealth } from './hub-health.js';
import { InfoController } from './info.controller.js';

@Module({
  imports: [ProxyModule, ServicesModule],
  controllers: [InfoController, ConfigController, HealthController],
  providers: [DatabaseInfo, HubHealth],
  exports: [DatabaseInfo],
})
export class InfoModule {}
