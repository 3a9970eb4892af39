import { Global, Module } from '@nestjs/common';
import { HUB_CONFIG } from '../config/config.module.js';
import type { HubConfig } from '../config/schema.js';
import { StartupError } from '../errors.js';
import { type Authenticator, AUTHENTICATOR } from './authenticator.js';
import { DummyAuthenticator } from './dummy.js';
import { NullAuthenticator } from './null.js';
import { OAUTH_DRIVERS } from './oauth/drivers.js';
import { PamAuthenticator } from './pam.js';
import { SharedPasswordAuthenticator } from './shared-password.js';

type BuiltIn = Exclude<HubConfig['JupyterHub']['authenticator_class'], (...args: never[]) => unknown>;

const DRIVERS: Record<BuiltIn, (config: HubConfig) => Authenticator> = {
  dummy: (config) => new DummyAuthenticator(config.DummyAuthenticator.password),
  null: () => new NullAuthenticator(),
  ...OAUTH_DRIVERS,
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
  const made = isClass(custom) ? Reflect.construct(custom, [config.Authenticator]) : custom(config.Authenticator);
  const lacks = ['authenticate', 'warnings'].filter((method) => typeof made?.[method] !== 'function');
  if (lacks.length > 0 || typeof made.hasForm !== 'boolean') {
    throw new StartupError(`cannot use JupyterHub.authenticator_class: because it has no ${[...lacks, ...(typeof made?.hasForm === 'boolean' ? [] : ['hasForm'])].join(', ')}`);
  }
  return made;
}

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));

@Global()
@Module({
  providers: [{ provide: AUTHENTICATOR, inject: [HUB_CONFIG], useFactory: createAuthenticator }],
  exports: [AUTHENTICATOR],
})
export class AuthenticatorsModule {}
