import { Get, Inject } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { NeedsScope } from '../http/access.js';
import { Describe } from '../http/api-doc.js';
import { ApiController } from '../http/controllers.js';
import { shownConfig } from './shown-config.js';

/** Elara's own route: what `elara config show` prints, of the hub that runs. */
@ApiController('config')
export class ConfigController {
  constructor(@Inject(HUB_CONFIG) private readonly config: HubConfig) {}

  @Get()
  @NeedsScope('admin-ui')
  @Describe({ summary: 'The config in force by class, without secrets; what is other than the default is marked', answers: { 200: 'ConfigInForce' } })
  show() {
    return shownConfig(this.config);
  }
}
