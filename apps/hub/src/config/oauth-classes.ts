import type { oauthPresetTraits } from './classes/oauth-presets.js';

/** Names of the providers in `JupyterHub.authenticator_class`, and their classes. */
export const OAUTH_PRESETS = {
  'generic-oauth': 'GenericOAuthenticator',
  auth0: 'Auth0OAuthenticator',
  azuread: 'AzureAdOAuthenticator',
  bitbucket: 'BitbucketOAuthenticator',
  cilogon: 'CILogonOAuthenticator',
  github: 'GitHubOAuthenticator',
  gitlab: 'GitLabOAuthenticator',
  globus: 'GlobusOAuthenticator',
  google: 'GoogleOAuthenticator',
  openshift: 'OpenShiftOAuthenticator',
} as const satisfies Record<string, keyof typeof oauthPresetTraits>;

export type OAuthPresetName = keyof typeof OAUTH_PRESETS;
export type OAuthPresetClass = (typeof OAUTH_PRESETS)[OAuthPresetName];
export type OAuthDriverName = OAuthPresetName | `local-${OAuthPresetName}`;
export type OAuthClassName = OAuthPresetClass | `Local${OAuthPresetClass}`;

const entries = Object.entries(OAUTH_PRESETS) as [OAuthPresetName, OAuthPresetClass][];

const named = entries.flatMap(([name, className]): [OAuthDriverName, OAuthClassName][] => [
  [name, className],
  [`local-${name}`, `Local${className}`],
]);

/** The class of each driver, those with accounts of this machine included. */
export const OAUTH_CLASSES = Object.fromEntries(named) as Record<OAuthDriverName, OAuthClassName>;

export const OAUTH_CLASS_NAMES = Object.values(OAUTH_CLASSES);

/** What a provider is called in `authenticator_class`, whichever of its two classes it is. */
export const presetOf = (className: OAuthClassName): OAuthPresetName => entries.find(([, known]) => className.endsWith(known))![0];

/** Where JupyterHub's class of a provider lives, in its modules `oauthenticator.*`. */
const MODULES: Partial<Record<OAuthPresetName, string>> = { 'generic-oauth': 'generic' };

/** The class paths by which each driver is known to JupyterHub. */
export const OAUTH_CLASS_PATHS = Object.fromEntries(
  entries.flatMap(([name, className]) =>
    ['', 'Local'].map((local) => {
      const path = `oauthenticator.${MODULES[name] ?? name}.${local}${className}`;
      const short = [`oauthenticator.${local}${className}`, `${local}${className}`];
      return [`${local && 'local-'}${name}`, [path, ...short, ...(name === 'generic-oauth' && !local ? ['oauthenticator.oauth2.OAuthenticator'] : [])]];
    }),
  ),
) as Record<OAuthDriverName, string[]>;
