import { Module } from '@nestjs/common';
import { HUB_CONFIG, HUB_URLS } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import type { HubUrls } from '../config/urls.js';
import { ConfigurableHttpProxy } from './drivers/configurable-http-proxy.js';
import { ProxyController } from './proxy.controller.js';
import { PROXY_DRIVER, ProxyService } from './proxy.service.js';

@Module({
  controllers: [ProxyController],
  providers: [
    ProxyService,
    {
      provide: PROXY_DRIVER,
      inject: [HUB_CONFIG, HUB_URLS],
      useFactory: (config: HubConfig, urls: HubUrls) => new ConfigurableHttpProxy(config, urls),
    },
  ],
  exports: [ProxyService],
})
export class ProxyModule {}
