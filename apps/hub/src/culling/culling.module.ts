import { Module } from '@nestjs/common';
import { ServersModule } from '../servers/servers.module.js';
import { Cullers } from './cullers.js';
import { CullingController } from './culling.controller.js';
import { CullingRepository } from './culling.repository.js';
import { CullingService } from './culling.service.js';
import { ServerActivityController } from './server-activity.controller.js';

@Module({
  imports: [ServersModule],
  controllers: [CullingController, ServerActivityController],
  providers: [Cullers, CullingRepository, CullingService],
  exports: [CullingService],
})
export class CullingModule {}
