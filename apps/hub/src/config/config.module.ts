import { type DynamicModule, Module } from '@nestjs/common';
import type { LoadedConfig } from './load-config.js';
import type { HubConfig } from './schema.js';
import { hubUrls } from './urls.js';

/** Injection token of the validated config: `@Inject(HUB_CONFIG) config: HubConfig`. */
export const HUB_CONFIG = Symbol('HUB_CONFIG');

/** Injection token of the addresses computed from it: `@Inject(HUB_URLS) urls: HubUrls`. */
export const HUB_URLS = Symbol('HUB_URLS');

/** Reads the config anew from where the hub had it. @throws ConfigError with everything that is wrong */
export type RereadConfig = () => Promise<LoadedConfig>;

/** Injection token of `RereadConfig`. */
export const REREAD_CONFIG = Symbol('REREAD_CONFIG');

@Module({})
export class ConfigModule {
  static with(config: HubConfig, reread: RereadConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: HUB_CONFIG, useValue: config },
        { provide: HUB_URLS, useValue: hubUrls(config) },
        { provide: REREAD_CONFIG, useValue: reread },
      ],
      exports: [HUB_CONFIG, HUB_URLS, REREAD_CONFIG],
    };
  }
}
