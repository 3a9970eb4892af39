import { OAUTH_CLASS_NAMES, OAUTH_CLASSES, type OAuthClassName, type OAuthDriverName, type OAuthPresetName, presetOf } from './oauth-classes.js';
import type { HubConfig } from './schema.js';

type OAuthTraits = HubConfig['GenericOAuthenticator'];

/** A rule between keys of a provider's class; `keys` are those that are told off, each for itself. */
interface Rule<T = OAuthTraits> {
  keys: readonly (keyof T & string)[];
  broken(traits: T, key: keyof T & string): boolean;
  message: string;
  /** The only provider that it holds for. */
  of?: OAuthPresetName;
}

const isEmpty = (value: unknown) => (Array.isArray(value) ? value.length === 0 : value === '' || value === undefined);

const rule = <C extends OAuthClassName>(of: OAuthPresetName, _class: C, about: Omit<Rule<HubConfig[C]>, 'of'>) => ({ ...about, of }) as unknown as Rule;

const RULES: Rule[] = [
  { keys: ['client_id'], broken: ({ client_id }) => client_id === '', message: 'is missing: the provider gave it to you with client_secret' },
  {
    // as in JupyterHub; silence would let people believe that somebody is kept out, or let in
    keys: ['allowed_groups', 'admin_groups', 'auth_state_groups_key'],
    broken: (traits, key) => !traits.manage_groups && !isEmpty(traits[key]),
    message: 'needs manage_groups: true',
  },
  {
    keys: ['allowed_scopes'],
    broken: ({ allowed_scopes, scope }) => !allowed_scopes.every((name) => scope.includes(name)),
    message: 'names what scope does not ask for',
  },
  {
    keys: ['issuer', 'authorize_url', 'token_url', 'userdata_url'],
    broken: (traits, key) => !traits.validate_server_cert ? false : isOpenHttp(traits[key]),
    message: 'has to begin with https://, because passwords and tokens go there; set validate_server_cert: false to do without',
  },
  {
    of: 'generic-oauth',
    keys: ['issuer'],
    broken: ({ issuer, authorize_url, token_url, userdata_url, userdata_from_id_token }) =>
      issuer === '' && (userdata_from_id_token || [authorize_url, token_url, userdata_url].includes('')),
    message: 'is missing: it is needed for userdata_from_id_token, and unless authorize_url, token_url and userdata_url are all set',
  },
  {
    of: 'generic-oauth',
    keys: ['userdata_from_id_token'],
    broken: ({ userdata_from_id_token, userdata_url }) => userdata_from_id_token && userdata_url !== '',
    message: 'takes the place of userdata_url: set one of them',
  },
  rule('auth0', 'Auth0OAuthenticator', {
    keys: ['auth0_domain'],
    broken: ({ issuer, auth0_domain, auth0_subdomain }) => issuer === '' && auth0_domain === '' && auth0_subdomain === '',
    message: 'is missing',
  }),
  rule('azuread', 'AzureAdOAuthenticator', {
    keys: ['tenant_id'],
    broken: ({ tenant_id, issuer }) => issuer === '' && ['', 'common', 'organizations', 'consumers'].includes(tenant_id),
    message: 'has to be that of one tenant, because names are only unique within one',
  }),
  rule('cilogon', 'CILogonOAuthenticator', {
    keys: ['idps'],
    broken: ({ idps }) => Object.keys(idps).length === 0,
    message: 'has to name at least one identity provider',
  }),
  rule('cilogon', 'CILogonOAuthenticator', {
    keys: ['username_claim'],
    broken: ({ username_claim }) => username_claim !== '',
    message: 'cannot be used: say in idps how people are named, for each identity provider',
  }),
  ...(['allowed_google_groups', 'admin_google_groups'] as const).map((key) =>
    rule('google', 'GoogleOAuthenticator', {
      keys: [key],
      broken: (traits) => Object.keys(traits[key]).some((domain) => !(domain in traits.google_service_account_keys && domain in traits.gsuite_administrator)),
      message: 'needs google_service_account_keys and gsuite_administrator for each of its domains',
    }),
  ),
];

/** Where what is sent can be read on the way. */
function isOpenHttp(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** Whether a host of a URL is this machine. */
export const isLoopback = (hostname: string): boolean => /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);

/** The class of the provider by which people log in; undefined when they do otherwise. */
function classInForce({ JupyterHub: { authenticator_class } }: HubConfig): OAuthClassName | undefined {
  return typeof authenticator_class === 'string' && Object.hasOwn(OAUTH_CLASSES, authenticator_class) ? OAUTH_CLASSES[authenticator_class as OAuthDriverName] : undefined;
}

/** The keys of the provider by which people log in. */
export function oauthInForce(config: HubConfig): OAuthTraits | undefined {
  const className = classInForce(config);
  return className && (config[className] as OAuthTraits);
}

/** What no key of a provider's class can be checked for by itself. */
export const OAUTH_CHECKS = OAUTH_CLASS_NAMES.flatMap((className) =>
  RULES.filter(({ of }) => of === undefined || of === presetOf(className)).flatMap(({ keys, broken, message }) =>
    keys.map((trait) => ({
      key: [className, trait] as [keyof HubConfig, string],
      broken: (config: HubConfig) => classInForce(config) === className && broken(config[className] as OAuthTraits, trait),
      message,
    })),
  ),
);
