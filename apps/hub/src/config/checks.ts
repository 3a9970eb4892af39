import { OAUTH_CHECKS, oauthInForce } from './oauth-checks.js';
import type { HubConfig } from './schema.js';

/** A rule between keys; `key` is the one that is told off. */
export interface Check {
  key: [className: keyof HubConfig, trait: string];
  broken(config: HubConfig): boolean;
  message: string;
}

/** What no key can be checked for by itself. */
export const CHECKS: Check[] = [
  {
    key: ['JupyterHub', 'ssl_cert'],
    broken: ({ JupyterHub: hub }) => Boolean(hub.ssl_cert) !== Boolean(hub.ssl_key),
    message: 'ssl_key and ssl_cert are needed together',
  },
  {
    key: ['JupyterHub', 'load_groups'],
    broken: (config) => (oauthInForce(config) ?? config.Authenticator).manage_groups && Object.keys(config.JupyterHub.load_groups).length > 0,
    message: 'groups come from the authenticator (manage_groups), so none can be given here',
  },
  {
    key: ['JupyterHub', 'load_roles'],
    broken: (config) =>
      config.Authenticator.manage_roles && config.JupyterHub.load_roles.some((role) => role.users ?? role.groups),
    message: 'roles come from the authenticator (manage_roles), so none can be given to users or groups here',
  },
  {
    key: ['JupyterHub', 'load_roles'],
    broken: ({ JupyterHub: hub }) => hasRepetition(hub.load_roles),
    message: 'two roles have the same name',
  },
  {
    key: ['JupyterHub', 'services'],
    broken: ({ JupyterHub: hub }) => hasRepetition(hub.services),
    message: 'two services have the same name',
  },
  {
    key: ['JupyterHub', 'public_url'],
    broken: ({ JupyterHub: hub }) => publicUrlMisses(hub),
    message: 'has to end with the base URL',
  },
  {
    key: ['SharedPasswordAuthenticator', 'password_groups'],
    broken: ({ SharedPasswordAuthenticator: shared }) => !shared.manage_groups && Object.keys(shared.password_groups).length > 0,
    message: 'needs Authenticator.manage_groups, because it says of which groups people are',
  },
  {
    key: ['SharedPasswordAuthenticator', 'admin_password'],
    broken: ({ SharedPasswordAuthenticator: shared }) =>
      shared.admin_password !== null && shared.admin_password === shared.user_password,
    message: 'has to differ from user_password',
  },
  ldap('server_address', ({ server_address }) => server_address === '', 'is needed: the host of the directory server'),
  ldap('bind_dn_template', ({ lookup_dn, bind_dn_template }) => !lookup_dn && bind_dn_template.length === 0, 'is needed, unless lookup_dn is true'),
  ldap('lookup_dn', (ldap) => ldap.lookup_dn && !(ldap.user_search_base && ldap.user_attribute), 'needs user_search_base and user_attribute'),
  ldap('lookup_dn_search_password', (ldap) => Boolean(ldap.lookup_dn_search_user) && !ldap.lookup_dn_search_password, 'is needed: a directory takes nobody for lookup_dn_search_user without it'),
  ldap('use_lookup_dn_username', (ldap) => ldap.use_lookup_dn_username && !(ldap.lookup_dn && ldap.lookup_dn_user_dn_attribute), 'needs lookup_dn and lookup_dn_user_dn_attribute'),
  ldap('search_filter', ({ search_filter, user_search_base }) => search_filter !== '' && !user_search_base, 'needs user_search_base'),
  ldap('group_search_base', ({ manage_groups, group_search_base }) => manage_groups && group_search_base === '', 'is needed with manage_groups: where the groups are'),
  ...OAUTH_CHECKS,
];

/** A rule that counts where people log in by LDAP. */
function ldap(trait: string, broken: (traits: HubConfig['LDAPAuthenticator']) => boolean, message: string): Check {
  return { key: ['LDAPAuthenticator', trait], broken: (config) => config.JupyterHub.authenticator_class === 'ldap' && broken(config.LDAPAuthenticator), message };
}

const hasRepetition = (named: readonly { name: string }[]) => new Set(named.map(({ name }) => name)).size < named.length;

function publicUrlMisses({ public_url, base_url, bind_url }: HubConfig['JupyterHub']): boolean {
  const path = public_url && new URL(public_url).pathname;
  if (!path || path === '/') return false;
  const base = base_url ?? /^https?:\/\/[^/]*(\/.*)?$/.exec(bind_url)?.[1] ?? '/';
  return slashed(path) !== slashed(base);
}

const slashed = (path: string) => `/${path.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/');
