import type { Provider } from '@nestjs/common';
import { ScopeDefinitions } from '#scopes';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';

/** Injection token of the scopes that exist here: JupyterHub's and the operator's `custom_scopes`. */
export const SCOPE_DEFINITIONS = Symbol('SCOPE_DEFINITIONS');

export const scopeDefinitionsProvider: Provider = {
  provide: SCOPE_DEFINITIONS,
  inject: [HUB_CONFIG],
  useFactory: (config: HubConfig) => new ScopeDefinitions(config.JupyterHub.custom_scopes),
};
