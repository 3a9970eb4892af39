import type { Setting } from '../setting.js';

/** The trait that an earlier name stands for. */
export interface Target {
  className: string;
  trait: string;
  /** What the new trait is to be, from the old one (and all others); the same value unless given. */
  change?: (setting: Setting, all: readonly Setting[]) => Partial<Setting>;
}

const PROXY = 'ConfigurableHTTPProxy';

const proxyTo = (trait: string): Target => ({ className: PROXY, trait });

/** What the last setting of one of these traits of `JupyterHub` says, of the first that was set. */
const written = (all: readonly Setting[], ...traits: string[]): unknown =>
  traits.map((trait) => all.findLast((other) => other.className === 'JupyterHub' && other.trait === trait)?.value).find(Boolean);

const proxyApiUrl: Target = {
  className: PROXY,
  trait: 'api_url',
  change: (_, all) => ({ value: `http://${String(written(all, 'proxy_api_ip') ?? '127.0.0.1')}:${String(written(all, 'proxy_api_port') ?? 8001)}` }),
};

/** Earlier names of traits of one class; the values stay. */
const of = (className: string, names: Record<string, string>): Record<string, Target> =>
  Object.fromEntries(Object.entries(names).map(([old, trait]) => [old, { className, trait }]));

/** A claim that held groups is found in auth_state, below what the provider told of somebody. */
const groupsKey = (className: string, userKey: string): Target => ({
  className,
  trait: 'auth_state_groups_key',
  change: ({ value }) => ({ value: typeof value === 'function' ? (state: Record<string, unknown>) => (value as (user: unknown) => unknown)(state[userKey]) : `${userKey}.${String(value)}` }),
});
const hubConnectUrl: Target = {
  className: 'JupyterHub',
  trait: 'hub_connect_url',
  change: ({ value: port }, all) => ({ value: port ? `http://${String(written(all, 'hub_connect_ip', 'hub_ip') ?? '127.0.0.1')}:${String(port)}` : '' }),
};

/** What keeps passwords from being guessed holds for every way to log in. */
const loginFailures = (trait: string): Target => ({ className: 'Elara', trait, change: ({ value }) => ({ value }) });

/** Earlier names of traits, by class. */
export const RENAMED: Record<string, Record<string, Target>> = {
  JupyterHub: {
    admin_users: { className: 'Authenticator', trait: 'admin_users' },
    debug_proxy: proxyTo('debug'),
    hub_connect_port: hubConnectUrl,
    proxy_api_ip: proxyApiUrl,
    proxy_api_port: proxyApiUrl,
    proxy_auth_token: proxyTo('auth_token'),
    proxy_check_interval: proxyTo('check_running_interval'),
    proxy_cmd: proxyTo('command'),
    spawn_throttle_retry_range: {
      className: 'JupyterHub',
      trait: 'tornado_settings',
      change: ({ trait, value }) => ({ value: undefined, edits: { update: { [trait]: value } } }),
    },
  },
  Authenticator: {
    blacklist: { className: 'Authenticator', trait: 'blocked_users' },
    whitelist: { className: 'Authenticator', trait: 'allowed_users' },
  },
  Auth0OAuthenticator: of('Auth0OAuthenticator', { username_key: 'username_claim' }),
  AzureAdOAuthenticator: { user_groups_claim: groupsKey('AzureAdOAuthenticator', 'user') },
  BitbucketOAuthenticator: of('BitbucketOAuthenticator', { bitbucket_team_whitelist: 'allowed_teams', team_whitelist: 'allowed_teams' }),
  CILogonOAuthenticator: of('CILogonOAuthenticator', { allowed_idps: 'idps' }),
  GenericOAuthenticator: {
    ...of('GenericOAuthenticator', { extra_params: 'token_params', tls_verify: 'validate_server_cert', username_key: 'username_claim' }),
    claim_groups_key: groupsKey('GenericOAuthenticator', 'oauth_user'),
  },
  GitHubOAuthenticator: of('GitHubOAuthenticator', {
    github_client_id: 'client_id',
    github_client_secret: 'client_secret',
    github_organization_whitelist: 'allowed_organizations',
  }),
  GitLabOAuthenticator: of('GitLabOAuthenticator', { gitlab_group_whitelist: 'allowed_gitlab_groups', gitlab_project_id_whitelist: 'allowed_project_ids' }),
  GoogleOAuthenticator: of('GoogleOAuthenticator', { google_group_whitelist: 'allowed_google_groups', user_info_url: 'userdata_url' }),
  OpenShiftOAuthenticator: of('OpenShiftOAuthenticator', { validate_cert: 'validate_server_cert' }),
  NativeAuthenticator: {
    allowed_failed_logins: loginFailures('login_failures_per_account'),
    seconds_before_next_try: loginFailures('login_failure_window'),
  },
  LDAPAuthenticator: {
    use_ssl: { className: 'LDAPAuthenticator', trait: 'tls_strategy', change: ({ value }) => ({ value: value ? 'on_connect' : 'before_bind' }) },
  },
  LocalProcessSpawner: {
    INTERRUPT_TIMEOUT: { className: 'LocalProcessSpawner', trait: 'interrupt_timeout' },
    KILL_TIMEOUT: { className: 'LocalProcessSpawner', trait: 'kill_timeout' },
    TERM_TIMEOUT: { className: 'LocalProcessSpawner', trait: 'term_timeout' },
  },
};

/** Earlier or other names of whole classes. */
export const RENAMED_CLASSES: Record<string, string> = { Application: 'JupyterHub' };
