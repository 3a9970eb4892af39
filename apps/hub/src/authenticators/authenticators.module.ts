import { Global, Module } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { type Authenticator, AUTHENTICATOR } from './authenticator.js';
import { DummyAuthenticator } from './dummy.js';
import { NullAuthenticator } from './null.js';
import { PamAuthenticator } from './pam.js';
import { SharedPasswordAuthenticator } from './shared-password.js';

const DRIVERS: Record<string, (config: HubConfig) => Authenticator> = {
  dummy: (config) => new DummyAuthenticator(config.DummyAuthenticator.password),
  null: () => new NullAuthenticator(),
  pam: (config) => new PamAuthenticator(config.PAMAuthenticator),
  'shared-password': (config) => new SharedPasswordAuthenticator(config.SharedPasswordAuthenticator),
};

/** @throws StartupError for a class that there is no driver for */
export function createAuthenticator(config: HubConfig): Authenticator {
  const name = config.JupyterHub.authenticator_class;
  const create = DRIVERS[name];
  if (!create) throw new StartupError(`cannot use the authenticator ${name}: because there are only ${Object.keys(DRIVERS).join(', ')}`);
  return create(config);
}

@Global()
@Module({
  providers: [{ provide: AUTHENTICATOR, inject: [HUB_CONFIG], useFactory: createAuthenticator }],
  exports: [AUTHENTICATOR],
})
export class AuthenticatorsModule {}
