import { type DynamicModule, Module } from '@nestjs/common';
import type { HubConfig } from './schema.js';
import { hubUrls } from './urls.js';

/** Injection token of the validated config: `@Inject(HUB_CONFIG) config: HubConfig`. */
export const HUB_CONFIG = Symbol('HUB_CONFIG');

/** Injection token of the addresses computed from it: `@Inject(HUB_URLS) urls: HubUrls`. */
export const HUB_URLS = Symbol('HUB_URLS');

@Module({})
export class ConfigModule {
  static with(config: HubConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: HUB_CONFIG, useValue: config },
        { provide: HUB_URLS, useValue: hubUrls(config) },
      ],
      exports: [HUB_CONFIG, HUB_URLS],
    };
  }
}
