import { Global, Module } from '@nestjs/common';
import { madeDriver, type Members } from '../config/made-driver.js';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { type Authenticator, AUTHENTICATOR } from './authenticator.js';
import { DummyAuthenticator } from './dummy.js';
import { LdapAuthenticator } from './ldap/ldap.js';
import { NativeAccounts } from './native/accounts.repository.js';
import { NativeAuthenticator } from './native/native.js';
import { Passwords } from './native/passwords.js';
import { SecondFactors } from './native/second-factors.js';
import { NullAuthenticator } from './null.js';
import { OAUTH_DRIVERS } from './oauth/drivers.js';
import { PamAuthenticator } from './pam.js';
import { SharedPasswordAuthenticator } from './shared-password.js';

type BuiltIn = Extract<HubConfig['JupyterHub']['authenticator_class'], string>;

const DRIVERS: Record<BuiltIn, (config: HubConfig, native?: Authenticator) => Authenticator> = {
  dummy: (config) => new DummyAuthenticator(config.DummyAuthenticator.password),
  ldap: (config) => new LdapAuthenticator(config.LDAPAuthenticator),
  null: () => new NullAuthenticator(),
  native: (_config, native) => present(native),
  ...OAUTH_DRIVERS,
  pam: (config) => new PamAuthenticator(config.PAMAuthenticator),
  'shared-password': (config) => new SharedPasswordAuthenticator(config.SharedPasswordAuthenticator),
};

function present(native: Authenticator | undefined): Authenticator {
  if (native) return native;
  throw new StartupError('cannot use JupyterHub.authenticator_class native: because there is no database here');
}

/**
 * @param native the one that needs more than the config
 * @throws StartupError for something in the config that is not an authenticator
 */
export function createAuthenticator(config: HubConfig, native?: Authenticator): Authenticator {
  const { authenticator_class } = config.JupyterHub;
  return typeof authenticator_class === 'string' ? DRIVERS[authenticator_class](config, native) : madeDriver<Authenticator>('authenticator_class', authenticator_class, MEMBERS, config.Authenticator, config);
}

const MEMBERS: Members<Authenticator> = { authenticate: 'function', warnings: 'function', hasForm: 'boolean' };

const NATIVE = [NativeAccounts, Passwords, SecondFactors];

@Global()
@Module({
  providers: [...NATIVE, NativeAuthenticator, { provide: AUTHENTICATOR, inject: [HUB_CONFIG, NativeAuthenticator], useFactory: createAuthenticator }],
  exports: [...NATIVE, AUTHENTICATOR],
})
export class AuthenticatorsModule {}
