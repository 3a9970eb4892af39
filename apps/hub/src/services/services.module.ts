import { Module } from '@nestjs/common';
import { ProxyModule } from '../proxy/proxy.module.js';
import { ServiceHealth } from './service-health.js';
import { ServiceInstaller } from './service-installer.js';
import { ServiceLauncher } from './service-launcher.js';
import { ServiceProcesses } from './service-processes.js';
import { ServiceRunsRepository } from './service-runs.repository.js';
import { ServiceScheduler } from './service-scheduler.js';
import { ServiceRoutes } from './service-routes.js';
import { ServiceLogController } from './service-log.controller.js';
import { ServicesController } from './services.controller.js';
import { ServicesRepository } from './services.repository.js';
import { ServicesService } from './services.service.js';
import { ServiceSupervisor } from './supervisor.js';

@Module({
  imports: [ProxyModule],
  controllers: [ServicesController, ServiceLogController],
  providers: [
    ServicesRepository,
    ServiceInstaller,
    ServicesService,
    ServiceProcesses,
    ServiceLauncher,
    ServiceHealth,
    ServiceRunsRepository,
    ServiceScheduler,
    ServiceSupervisor,
    ServiceRoutes,
  ],
  exports: [ServicesService, ServiceSupervisor, ServiceScheduler],
})
export class ServicesModule {}
