import type { z } from 'zod';
import type { oauthPresetTraits } from './classes/oauth-presets.js';
import type { OAuthPresetClass, OAuthPresetName } from './oauth-classes.js';

export type Env = Readonly<Record<string, string | undefined>>;

type TraitsOf<C extends OAuthPresetClass> = z.output<z.ZodObject<(typeof oauthPresetTraits)[C]>>;

/** What traits are when they are not set; those that are settled take what was set into account. */
export type ProviderDefaults = Record<string, unknown> & { settled?: Record<string, unknown> };

/** Id and secret under the provider's own names in the environment, or under the common ones. */
export const clientOf = (provider: string, env: Env) => ({
  client_id: env[`${provider}_CLIENT_ID`] || env.OAUTH_CLIENT_ID || '',
  client_secret: env[`${provider}_CLIENT_SECRET`] || env.OAUTH_CLIENT_SECRET || '',
});

const service = (name: string, env: Env) => ({ login_service: env.LOGIN_SERVICE || name });

/** Groups are looked for only where they are to be managed: the key is refused elsewhere. */
const groupsAt = (key: string, { manage_groups }: { manage_groups: boolean }) => (manage_groups ? { auth_state_groups_key: key } : {});

const trimmed = (address: string) => address.replace(/\/+$/, '');

const union = (some: readonly string[], others: readonly string[]) => [...new Set([...some, ...others])];

type Defaults<C extends OAuthPresetClass> = (traits: TraitsOf<C>, env: Env) => ProviderDefaults;

const generic: Defaults<'GenericOAuthenticator'> = (traits, env) => ({
  ...service('OAuth 2.0', env),
  authorize_url: env.OAUTH2_AUTHORIZE_URL ?? '',
  token_url: env.OAUTH2_TOKEN_URL ?? '',
  userdata_url: env.OAUTH2_USERDATA_URL ?? '',
  ...groupsAt(`oauth_user.${env.OAUTH2_GROUPS_KEY || 'groups'}`, traits),
});

const auth0: Defaults<'Auth0OAuthenticator'> = (traits, env) => {
  const subdomain = traits.auth0_subdomain || env.AUTH0_SUBDOMAIN;
  const domain = traits.auth0_domain || env.AUTH0_DOMAIN || (subdomain ? `${subdomain}.auth0.com` : '');
  const at = (path: string) => domain && `https://${domain}${path}`;
  return { ...service('Auth0', env), issuer: at('/'), authorize_url: at('/authorize'), token_url: at('/oauth/token'), userdata_url: at('/userinfo') };
};

const azuread: Defaults<'AzureAdOAuthenticator'> = (traits, env) => {
  const tenant_id = traits.tenant_id || env.AAD_TENANT_ID || '';
  const at = (path: string) => tenant_id && `${trimmed(traits.graph_url)}/${encodeURIComponent(tenant_id)}${path}`;
  return { ...service('Azure AD', env), settled: { tenant_id }, authorize_url: at('/oauth2/authorize'), token_url: at('/oauth2/token'), ...groupsAt('user.groups', traits) };
};

const bitbucket: Defaults<'BitbucketOAuthenticator'> = (traits, env) => ({
  ...clientOf('BITBUCKET', env),
  ...service('Bitbucket', env),
  authorize_url: 'https://bitbucket.org/site/oauth2/authorize',
  token_url: 'https://bitbucket.org/site/oauth2/access_token',
  userdata_url: 'https://api.bitbucket.org/2.0/user',
  ...groupsAt('user_teams', traits),
});

const cilogon: Defaults<'CILogonOAuthenticator'> = (traits, env) => {
  const origin = `https://${traits.cilogon_host || env.CILOGON_HOST || 'cilogon.org'}`;
  return {
    ...clientOf('CILOGON', env),
    ...service('CILogon', env),
    issuer: origin,
    // idps say how people are named
    username_claim: '',
    authorize_url: `${origin}/authorize`,
    token_url: `${origin}/oauth2/token`,
    userdata_url: `${origin}/oauth2/userinfo`,
    // without these, CILogon does not tell by which identity provider somebody came
    settled: { scope: union(traits.scope, ['openid', 'org.cilogon.userinfo']) },
  };
};

const github: Defaults<'GitHubOAuthenticator'> = (traits, env) => {
  const host = env.GITHUB_URL || (env.GITHUB_HOST && `${env.GITHUB_HTTP ? 'http' : 'https'}://${env.GITHUB_HOST}`) || 'https://github.com';
  const github_url = trimmed(traits.github_url || (host.includes('://') ? host : `https://${host}`));
  const github_api = trimmed(traits.github_api || (github_url === 'https://github.com' ? 'https://api.github.com' : `${github_url}/api/v3`));
  return {
    ...clientOf('GITHUB', env),
    ...service('GitHub', env),
    settled: { github_url, github_api },
    authorize_url: `${github_url}/login/oauth/authorize`,
    token_url: `${github_url}/login/oauth/access_token`,
    userdata_url: `${github_api}/user`,
  };
};

const gitlab: Defaults<'GitLabOAuthenticator'> = (traits, env) => {
  const host = env.GITLAB_URL || env.GITLAB_HOST || 'https://gitlab.com';
  const gitlab_url = trimmed(traits.gitlab_url || (host.includes('://') ? host : `https://${host}`));
  const gitlab_api = trimmed(traits.gitlab_api || `${gitlab_url}/api/v${traits.gitlab_api_version || env.GITLAB_API_VERSION || '4'}`);
  return {
    ...clientOf('GITLAB', env),
    ...service('GitLab', env),
    settled: { gitlab_url, gitlab_api },
    // GitLab is an OpenID provider for those who ask it to be
    issuer: traits.scope.includes('openid') ? gitlab_url : '',
    authorize_url: `${gitlab_url}/oauth/authorize`,
    token_url: `${gitlab_url}/oauth/token`,
    userdata_url: `${gitlab_api}/user`,
  };
};

const GLOBUS_GROUPS = 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships';

const globus: Defaults<'GlobusOAuthenticator'> = (traits, env) => {
  const asksForGroups = traits.manage_groups || traits.allowed_globus_groups.length + traits.admin_globus_groups.length > 0;
  const origin = 'https://auth.globus.org';
  return {
    ...service('Globus', env),
    issuer: origin,
    authorize_url: `${origin}/v2/oauth2/authorize`,
    token_url: `${origin}/v2/oauth2/token`,
    userdata_url: `${origin}/v2/oauth2/userinfo`,
    revocation_url: `${origin}/v2/oauth2/token/revoke`,
    identity_provider: env.IDENTITY_PROVIDER ?? '',
    settled: { scope: union(traits.scope, [...(traits.username_from_email ? ['email'] : []), ...(asksForGroups ? [GLOBUS_GROUPS] : [])]) },
    ...groupsAt('globus_user.globus_groups', traits),
  };
};

const domains = (names: readonly string[]) => names.map((name) => name.trim().toLowerCase()).filter(Boolean);

const google: Defaults<'GoogleOAuthenticator'> = (traits, env) => {
  const google_api_url = trimmed(traits.google_api_url || env.GOOGLE_API_URL || 'https://www.googleapis.com');
  const hosted_domain = domains(traits.hosted_domain.length > 0 ? traits.hosted_domain : (env.HOSTED_DOMAIN ?? '').split(';'));
  return {
    ...service('Google', env),
    issuer: 'https://accounts.google.com',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_url: `${google_api_url}/oauth2/v4/token`,
    userdata_url: `${google_api_url}/oauth2/v1/userinfo`,
    settled: { google_api_url, hosted_domain, allowed_hosted_domains: domains(traits.allowed_hosted_domains) },
    strip_domain: hosted_domain.length <= 1,
    ...groupsAt('google_user.google_groups', traits),
  };
};

const IN_CLUSTER = 'https://openshift.default.svc.cluster.local';

const openshift: Defaults<'OpenShiftOAuthenticator'> = (traits, env) => {
  const openshift_url = trimmed(traits.openshift_url || env.OPENSHIFT_URL || IN_CLUSTER);
  const openshift_rest_api_url = trimmed(traits.openshift_rest_api_url || env.OPENSHIFT_REST_API_URL || openshift_url);
  const server = trimmed(traits.openshift_auth_api_url);
  return {
    ...service('OpenShift', env),
    settled: { openshift_url, openshift_rest_api_url },
    authorize_url: server && `${server}/oauth/authorize`,
    token_url: server && `${server}/oauth/token`,
    userdata_url: `${openshift_rest_api_url}/apis/user.openshift.io/v1/users/~`,
    ...groupsAt('openshift_user.groups', traits),
  };
};

export const PROVIDER_DEFAULTS = { 'generic-oauth': generic, auth0, azuread, bitbucket, cilogon, github, gitlab, globus, google, openshift } satisfies Record<OAuthPresetName, unknown>;
