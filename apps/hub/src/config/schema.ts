import { z } from 'zod';
import {
  authenticatorTraits,
  dummyAuthenticatorTraits,
  localAuthenticatorTraits,
  pamAuthenticatorTraits,
  sharedPasswordAuthenticatorTraits,
} from './classes/authenticator.js';
import { localOAuthPresetTraits, oauthPresetTraits } from './classes/oauth-presets.js';
import { oauthenticatorTraits } from './classes/oauthenticator.js';
import { cryptKeeperTraits } from './classes/crypt-keeper.js';
import { elaraTraits } from './classes/elara.js';
import { jupyterHubTraits } from './classes/jupyterhub.js';
import { nativeAuthenticatorTraits } from './classes/nativeauthenticator.js';
import { ldapAuthenticatorTraits } from './classes/ldapauthenticator.js';
import { configurableHttpProxyTraits, proxyTraits } from './classes/proxy.js';
import { serviceRecord } from './classes/records.js';
import { localProcessSpawnerTraits, simpleLocalProcessSpawnerTraits, spawnerTraits } from './classes/spawner.js';
import { OAUTH_CLASS_NAMES, type OAuthClassName, type OAuthPresetName, presetOf } from './oauth-classes.js';
import { type GivenOAuthTraits, withOAuthDefaults } from './oauth-defaults.js';
import { sudoSpawnerTraits } from './classes/sudo-spawner.js';
import { systemdSpawnerTraits } from './classes/systemd-spawner.js';

const SECONDS_PER_DAY = 86_400;

const localAuthenticator = { ...authenticatorTraits, ...localAuthenticatorTraits };
const localProcessSpawner = { ...spawnerTraits, ...localProcessSpawnerTraits };

/** The traits of every class, each class with all that it inherits. */
export const classTraits = {
  JupyterHub: jupyterHubTraits,
  Authenticator: authenticatorTraits,
  LocalAuthenticator: localAuthenticator,
  PAMAuthenticator: { ...localAuthenticator, ...pamAuthenticatorTraits },
  DummyAuthenticator: { ...authenticatorTraits, ...dummyAuthenticatorTraits },
  SharedPasswordAuthenticator: { ...authenticatorTraits, ...sharedPasswordAuthenticatorTraits },
  LDAPAuthenticator: { ...authenticatorTraits, ...ldapAuthenticatorTraits },
  NullAuthenticator: authenticatorTraits,
  NativeAuthenticator: { ...localAuthenticator, ...nativeAuthenticatorTraits },
  OAuthenticator: oauthenticatorTraits,
  ...oauthPresetTraits,
  ...localOAuthPresetTraits,
  Spawner: spawnerTraits,
  LocalProcessSpawner: localProcessSpawner,
  SimpleLocalProcessSpawner: { ...localProcessSpawner, ...simpleLocalProcessSpawnerTraits },
  SudoSpawner: { ...localProcessSpawner, ...sudoSpawnerTraits },
  SystemdSpawner: { ...spawnerTraits, ...systemdSpawnerTraits },
  Proxy: proxyTraits,
  ConfigurableHTTPProxy: { ...proxyTraits, ...configurableHttpProxyTraits },
  CryptKeeper: cryptKeeperTraits,
  Elara: elaraTraits,
};

export type ClassName = keyof typeof classTraits;

const OAUTH_PARENTS = Object.fromEntries(
  OAUTH_CLASS_NAMES.map((name) => [name, name.startsWith('Local') ? [name.slice('Local'.length), 'LocalAuthenticator'] : 'OAuthenticator']),
) as Record<OAuthClassName, ClassName | readonly ClassName[]>;

/** Which classes a class takes its unset traits from; of several, what the last one says wins. */
export const PARENTS: Partial<Record<ClassName, ClassName | readonly ClassName[]>> = {
  LocalAuthenticator: 'Authenticator',
  PAMAuthenticator: 'LocalAuthenticator',
  DummyAuthenticator: 'Authenticator',
  SharedPasswordAuthenticator: 'Authenticator',
  LDAPAuthenticator: 'Authenticator',
  NullAuthenticator: 'Authenticator',
  NativeAuthenticator: 'LocalAuthenticator',
  OAuthenticator: 'Authenticator',
  ...OAUTH_PARENTS,
  LocalProcessSpawner: 'Spawner',
  SimpleLocalProcessSpawner: 'LocalProcessSpawner',
  SudoSpawner: 'LocalProcessSpawner',
  SystemdSpawner: 'Spawner',
  ConfigurableHTTPProxy: 'Proxy',
};

type ServiceRecord = z.output<typeof serviceRecord>;

/** A service that is only named as the owner of a token is one all the same. */
const withTokenOwners = (services: ServiceRecord[], owners: readonly string[]): ServiceRecord[] => {
  const known = new Set(services.map(({ name }) => name));
  return [...services, ...[...new Set(owners)].filter((name) => !known.has(name)).map((name) => ({ name }))];
};

const hub = z.strictObject(classTraits.JupyterHub).transform((traits) => ({
  ...traits,
  services: withTokenOwners(traits.services, Object.values(traits.service_tokens)),
  oauth_token_expires_in: traits.oauth_token_expires_in ?? Math.round(traits.cookie_max_age_days * SECONDS_PER_DAY),
}));

/** Authenticators: who is in the database may log in once a list of names exists, as in JupyterHub. */
const withExistingUsers = <T extends { allow_existing_users?: boolean; allowed_users: string[] }>(traits: T) => ({
  ...traits,
  allow_existing_users: traits.allow_existing_users ?? traits.allowed_users.length > 0,
});

const dummy = z
  .strictObject({ ...classTraits.DummyAuthenticator, allow_all: z.boolean().optional() })
  .transform((traits) => ({ ...withExistingUsers(traits), allow_all: traits.allow_all ?? traits.allowed_users.length === 0 }));

const oauthSection = <T extends z.ZodRawShape>(preset: OAuthPresetName, traits: T) =>
  z
    .strictObject(traits)
    .transform((given) => withOAuthDefaults(preset, given as typeof given & GivenOAuthTraits, process.env))
    .prefault({} as never);

const oauthSections = Object.fromEntries(OAUTH_CLASS_NAMES.map((name) => [name, oauthSection(presetOf(name), classTraits[name])])) as {
  [K in OAuthClassName]: ReturnType<typeof oauthSection<(typeof classTraits)[K]>>;
};

/** The whole config: one object per class, with JupyterHub's names of classes and traits. */
export const hubConfigSchema = z.strictObject({
  JupyterHub: hub.prefault({}),
  Authenticator: z.strictObject(classTraits.Authenticator).transform(withExistingUsers).prefault({}),
  LocalAuthenticator: z.strictObject(classTraits.LocalAuthenticator).transform(withExistingUsers).prefault({}),
  PAMAuthenticator: z.strictObject(classTraits.PAMAuthenticator).transform(withExistingUsers).prefault({}),
  DummyAuthenticator: dummy.prefault({}),
  SharedPasswordAuthenticator: z.strictObject(classTraits.SharedPasswordAuthenticator).transform(withExistingUsers).prefault({}),
  LDAPAuthenticator: z.strictObject(classTraits.LDAPAuthenticator).transform(withExistingUsers).prefault({}),
  NullAuthenticator: z.strictObject(classTraits.NullAuthenticator).transform(withExistingUsers).prefault({}),
  NativeAuthenticator: z.strictObject(classTraits.NativeAuthenticator).transform(withExistingUsers).prefault({}),
  OAuthenticator: oauthSection('generic-oauth', classTraits.OAuthenticator),
  ...oauthSections,
  Spawner: z.strictObject(classTraits.Spawner).prefault({}),
  LocalProcessSpawner: z.strictObject(classTraits.LocalProcessSpawner).prefault({}),
  SimpleLocalProcessSpawner: z.strictObject(classTraits.SimpleLocalProcessSpawner).prefault({}),
  SudoSpawner: z.strictObject(classTraits.SudoSpawner).prefault({}),
  SystemdSpawner: z.strictObject(classTraits.SystemdSpawner).prefault({}),
  Proxy: z.strictObject(classTraits.Proxy).prefault({}),
  ConfigurableHTTPProxy: z.strictObject(classTraits.ConfigurableHTTPProxy).prefault({}),
  CryptKeeper: z.strictObject(classTraits.CryptKeeper).prefault({}),
  Elara: z.strictObject(classTraits.Elara).prefault({}),
});

/** The validated config. Classes that inherit already contain everything of their parents, overlaid with their own. */
export type HubConfig = z.infer<typeof hubConfigSchema>;

/** The defaults, as without any config file. */
export const defaultConfig = (): HubConfig => hubConfigSchema.parse({});
