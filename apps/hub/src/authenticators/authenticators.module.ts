import { Global, Module } from '@nestjs/common';
import { madeDriver } from '../config/made-driver.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { type Authenticator, AUTHENTICATOR } from './authenticator.js';
import { DummyAuthenticator } from './dummy.js';
import { LdapAuthenticator } from './ldap/ldap.js';
import { NullAuthenticator } from './null.js';
import { PamAuthenticator } from './pam.js';
import { SharedPasswordAuthenticator } from './shared-password.js';

type BuiltIn = Extract<HubConfig['JupyterHub']['authenticator_class'], string>;

const DRIVERS: Record<BuiltIn, (config: HubConfig) => Authenticator> = {
  dummy: (config) => new DummyAuthenticator(config.DummyAuthenticator.password),
  ldap: (config) => new LdapAuthenticator(config.LDAPAuthenticator),
  null: () => new NullAuthenticator(),
  pam: (config) => new PamAuthenticator(config.PAMAuthenticator),
  'shared-password': (config) => new SharedPasswordAuthenticator(config.SharedPasswordAuthenticator),
};

/** @throws StartupError for something in the config that is not an authenticator */
export function createAuthenticator(config: HubConfig): Authenticator {
  const { authenticator_class } = config.JupyterHub;
  return typeof authenticator_class === 'string' ? DRIVERS[authenticator_class](config) : ofConfig(authenticator_class, config);
}

/** A class, or a function that makes one, which a JavaScript config gives; it gets the keys of `Authenticator`. */
function ofConfig(custom: Exclude<HubConfig['JupyterHub']['authenticator_class'], string>, config: HubConfig): Authenticator {
  const made = madeDriver(custom, config.Authenticator, config) as Authenticator & Record<string, unknown>;
  const lacks = ['authenticate', 'warnings'].filter((method) => typeof made?.[method] !== 'function');
  if (lacks.length > 0 || typeof made.hasForm !== 'boolean') {
    throw new StartupError(`cannot use JupyterHub.authenticator_class: because it has no ${[...lacks, ...(typeof made?.hasForm === 'boolean' ? [] : ['hasForm'])].join(', ')}`);
  }
  return made;
}

@Global()
@Module({
  providers: [{ provide: AUTHENTICATOR, inject: [HUB_CONFIG], useFactory: createAuthenticator }],
  exports: [AUTHENTICATOR],
})
export class AuthenticatorsModule {}
