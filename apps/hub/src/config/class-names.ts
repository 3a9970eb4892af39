import { z } from 'zod';
import type { DriverClass } from './hooks/functions.js';
import { OAUTH_CLASS_PATHS } from './oauth-classes.js';
import { functionTypes, NO_FUNCTION } from './traits.js';

const AUTHENTICATORS = {
  pam: ['default', 'jupyterhub.auth.PAMAuthenticator', 'PAMAuthenticator'],
  dummy: ['jupyterhub.auth.DummyAuthenticator', 'jupyterhub.authenticators.dummy.DummyAuthenticator', 'DummyAuthenticator'],
  'shared-password': ['jupyterhub.authenticators.shared.SharedPasswordAuthenticator', 'SharedPasswordAuthenticator'],
  ldap: ['ldapauthenticator', 'ldapauthenticator.LDAPAuthenticator', 'ldapauthenticator.ldapauthenticator.LDAPAuthenticator', 'LDAPAuthenticator'],
  null: ['jupyterhub.auth.NullAuthenticator', 'NullAuthenticator'],
  native: ['nativeauthenticator.NativeAuthenticator', 'nativeauthenticator.nativeauthenticator.NativeAuthenticator', 'NativeAuthenticator'],
  ...OAUTH_CLASS_PATHS,
};

const SPAWNERS = {
  localprocess: ['default', 'local', 'jupyterhub.spawner.LocalProcessSpawner', 'LocalProcessSpawner'],
  simple: ['jupyterhub.spawner.SimpleLocalProcessSpawner', 'SimpleLocalProcessSpawner'],
  sudo: ['sudospawner', 'sudospawner.SudoSpawner', 'sudospawner.spawner.SudoSpawner', 'SudoSpawner'],
  systemd: ['systemdspawner', 'systemdspawner.SystemdSpawner', 'systemdspawner.systemdspawner.SystemdSpawner', 'SystemdSpawner'],
};

const PROXIES = {
  'configurable-http-proxy': ['default', 'jupyterhub.proxy.ConfigurableHTTPProxy', 'ConfigurableHTTPProxy'],
};

/** Those from generic-oauth on have a twin each, with local- before the name; people need not read all of them. */
const shown = (names: readonly string[]): string => names.filter((name) => !name.startsWith('local-')).join(', ');

/** A name, in any case, or the class path that JupyterHub uses for it; becomes the short name. */
function driver<T extends string>(what: string, drivers: Record<T, string[]>, initial: NoInfer<T>, help: string) {
  return driverName(what, drivers).prefault(initial).describe(`${help} (${Object.keys(drivers).join(', ')})`);
}

/** The types of classes of one's own, for editors. */
const OWN = {
  authenticator: 'DriverClass<Authenticator, AuthenticatorTraits, ConfigInForce>',
  spawner: 'DriverClass<Spawner, SpawnerTraits, ConfigInForce>',
};

/** The same, or a class of one's own in a JavaScript config. */
function driverOrClass<T extends string>(what: keyof typeof OWN, drivers: Record<T, string[]>, initial: NoInfer<T>, help: string) {
  const own = z.custom<DriverClass>((value) => typeof value === 'function', NO_FUNCTION).register(functionTypes, { type: OWN[what], isClass: true });
  const named = z.union([driverName(what, drivers), own]).prefault(initial);
  return named.describe(`${help} (${shown(Object.keys(drivers))}, or in a JavaScript config a class)`);
}

function driverName<T extends string>(what: string, drivers: Record<T, string[]>) {
  const short = Object.keys(drivers) as T[];
  return z.string().transform((value, context): T => {
    const wanted = value.toLowerCase();
    const found = short.find((name) => [name, ...drivers[name]].some((known) => known.toLowerCase() === wanted));
    if (found) return found;
    const names = short.flatMap((name) => [name, ...drivers[name]]);
    context.addIssue({
      code: 'custom',
      params: { names },
      message: `no ${what} is called '${value}'; there are ${shown(short)}`,
    });
    return z.NEVER;
  });
}

/** How people call a driver: by its name, or that of its class. */
export const nameOfDriver = (driver: string | DriverClass): string => (typeof driver === 'string' ? driver : driver.name || 'a class of its own');

export const authenticatorClass = driverOrClass('authenticator', AUTHENTICATORS, 'pam', 'How people log in; with local- before a name from generic-oauth on, people with an account on this machine.');
export const spawnerClass = driverOrClass('spawner', SPAWNERS, 'localprocess', 'How servers are started.');
export const proxyClass = driver('proxy', PROXIES, 'configurable-http-proxy', 'What leads people to their servers.');
