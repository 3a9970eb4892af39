import { z } from 'zod';
import { OAUTH_CLASS_PATHS } from './oauth-classes.js';
import { callable } from './traits.js';

const AUTHENTICATORS = {
  pam: ['default', 'jupyterhub.auth.PAMAuthenticator', 'PAMAuthenticator'],
  dummy: ['jupyterhub.auth.DummyAuthenticator', 'jupyterhub.authenticators.dummy.DummyAuthenticator', 'DummyAuthenticator'],
  'shared-password': ['jupyterhub.authenticators.shared.SharedPasswordAuthenticator', 'SharedPasswordAuthenticator'],
  null: ['jupyterhub.auth.NullAuthenticator', 'NullAuthenticator'],
  ...OAUTH_CLASS_PATHS,
};

const SPAWNERS = {
  localprocess: ['default', 'local', 'jupyterhub.spawner.LocalProcessSpawner', 'LocalProcessSpawner'],
  simple: ['jupyterhub.spawner.SimpleLocalProcessSpawner', 'SimpleLocalProcessSpawner'],
};

const PROXIES = {
  'configurable-http-proxy': ['default', 'jupyterhub.proxy.ConfigurableHTTPProxy', 'ConfigurableHTTPProxy'],
};

/** Every name from generic-oauth on has a twin with local- before it. */
function withoutTwins(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('local-'));
}

/** A name, in any case, or the class path that JupyterHub uses for it; becomes the short name. */
function driver<T extends string>(what: string, drivers: Record<T, string[]>, initial: NoInfer<T>, help: string) {
  const short = Object.keys(drivers) as T[];
  const named = z.string().transform((value, context): T => {
    const wanted = value.toLowerCase();
    const found = short.find((name) => [name, ...drivers[name]].some((known) => known.toLowerCase() === wanted));
    if (found) return found;
    const shown = withoutTwins(short);
    const names = short.flatMap((name) => [name, ...drivers[name]]);
    context.addIssue({
      code: 'custom',
      params: { names },
      message: `no ${what} is called '${value}'; there are ${shown.join(', ')}`,
    });
    return z.NEVER;
  });
  return named.prefault(initial).describe(`${help} (${withoutTwins(short).join(', ')})`);
}

/** An authenticator of one's own: a class, or a function that makes one; what it has to have is checked when it is made. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a config gives is looked at before it is used
const ownClass = callable<(traits: object) => any>();

export const authenticatorClass = z
  .union([ownClass, driver('authenticator', AUTHENTICATORS, 'pam', '')])
  .prefault('pam')
  .describe(
    `How people log in (${withoutTwins(Object.keys(AUTHENTICATORS)).join(', ')}, or a class of your own in a JavaScript config; local-NAME for those from generic-oauth on who have an account on this machine).`,
  );
export const spawnerClass = driver('spawner', SPAWNERS, 'localprocess', 'How servers are started.');
export const proxyClass = driver('proxy', PROXIES, 'configurable-http-proxy', 'What leads people to their servers.');
