// The types of a config in JavaScript or TypeScript, by which editors complete and check it. Made by: elara config generate --types
/// <reference types="node" />
import type { Authenticator } from '../apps/hub/src/authenticators/authenticator.js';
import type * as Hooks from '../apps/hub/src/config/hooks/functions.js';
import type { SpawnerTraits } from '../apps/hub/src/config/hooks/values.js';
import type { SpawnContext } from '../apps/hub/src/spawners/spawn-context.js';
import type { FoundServer, RunningServer, ServerMarks, Spawner, SpawnHandle, StartedServer, Symptoms } from '../apps/hub/src/spawners/spawner.js';

export type * from '../apps/hub/src/authenticators/authenticator.js';
export type * from '../apps/hub/src/config/hooks/functions.js';
export type * from '../apps/hub/src/config/hooks/objects.js';
export type * from '../apps/hub/src/config/hooks/values.js';
export type * from '../apps/hub/src/spawners/spawn-context.js';
export type * from '../apps/hub/src/spawners/spawner.js';
export { InvalidInputError, LoginRefusedError, NotAllowedError, UnavailableError } from '../apps/hub/src/errors.js';
export { SpawnError } from '../apps/hub/src/spawners/spawn-error.js';

/** Gives a config back as it is. */
export declare function defineConfig(config: ElaraConfig | (() => ElaraConfig | Promise<ElaraConfig>)): typeof config;

/** spawner_class localprocess, to make one's own from; its traits are those of the class LocalProcessSpawner. */
export declare class LocalProcessSpawner extends OwnSpawner {}

declare class OwnSpawner implements Spawner {
  /** The class of the config whose traits it has. */
  static readonly section: 'Spawner' | 'LocalProcessSpawner' | 'SimpleLocalProcessSpawner' | 'SudoSpawner' | 'SystemdSpawner';
  constructor(traits: SpawnerTraits);
  readonly stopSeconds: number;
  start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer>;
  adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined>;
  findAll(marks: ServerMarks): Promise<FoundServer[]>;
  poll(handle: SpawnHandle): Promise<number | null>;
  examine(handle: SpawnHandle): Promise<Symptoms>;
  stop(handle: SpawnHandle): Promise<void>;
}

/** spawner_class simple, to make one's own from; its traits are those of the class SimpleLocalProcessSpawner. */
export declare class SimpleLocalProcessSpawner extends LocalProcessSpawner {}

/** spawner_class systemd, to make one's own from; its traits are those of the class SystemdSpawner. */
export declare class SystemdSpawner extends OwnSpawner {}

/** authenticator_class pam, to make one's own from. */
export declare class PamAuthenticator implements Authenticator {
  constructor(traits: ConfigInForce['PAMAuthenticator']);
  readonly hasForm: boolean;
  authenticate(attempt: Parameters<Authenticator['authenticate']>[0]): ReturnType<Authenticator['authenticate']>;
  warnings(): string[];
}

/** What can stand in JSON, and functions where these are asked. */
type Data = string | number | boolean | null | undefined | readonly Data[] | { readonly [key: string]: Data | Hooks.EnvironmentValue };
type List<T> = readonly T[] | ReadonlySet<T>;
type Mapping<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/** With all defaults; sets have become lists, and maps mappings. */
type InForce<Traits> = { readonly [Name in keyof Traits]-?: Exclude<Traits[Name], ReadonlySet<unknown> | ReadonlyMap<string, unknown>> };

/** The traits of a class that inherits from Authenticator. */
export type AuthenticatorTraits = InForce<AuthenticatorConfig>;

/** The whole config. */
export type ConfigInForce = { readonly [Name in keyof ElaraConfig]-?: InForce<NonNullable<ElaraConfig[Name]>> };

/** The hub as a whole. */
export interface JupyterHubConfig {
  /** Where the proxy listens for people: http://HOST:PORT/PREFIX/. An empty host means all interfaces. Default: "http://:8000". */
  bind_url?: string;
  /** Host of bind_url, when given by itself. */
  ip?: string;
  /** Port of bind_url, when given by itself. */
  port?: number;
  /** Path prefix of bind_url, when given by itself: everything is served below it. */
  base_url?: string;
  /** The address people type, when it differs from bind_url (behind another proxy). Must end with the base URL. Default: "". */
  public_url?: string;
  /** File with the TLS key, handed to the proxy. Default: "". */
  ssl_key?: string;
  /** File with the TLS certificate, handed to the proxy. Default: "". */
  ssl_cert?: string;
  /** Address on which the hub itself listens, behind the proxy. Default: "127.0.0.1". */
  hub_ip?: string;
  /** Port on which the hub itself listens, behind the proxy. Default: 8081. */
  hub_port?: number;
  /** hub_ip and hub_port in one: http://HOST:PORT. Default: "". */
  hub_bind_url?: string;
  /** Host by which the proxy, servers and services reach the hub, when it is not hub_ip. Default: "". */
  hub_connect_ip?: string;
  /** Address by which the proxy, servers and services reach the hub: http://HOST:PORT. Default: "". */
  hub_connect_url?: string;
  /** Route of the proxy that leads to the hub; the base URL unless set. Default: "". */
  hub_routespec?: string;
  /** Addresses of proxies in front whose X-Forwarded-For entries are believed. Default: []. */
  trusted_downstream_ips?: List<string>;
  /** Send people from / to their own server; false: to the home page. Default: true. */
  redirect_to_server?: boolean;
  /** How people log in; with local- before a name from generic-oauth on, people with an account on this machine. (pam, dummy, shared-password, ldap, null, native, generic-oauth, auth0, azuread, bitbucket, cilogon, github, gitlab, globus, google, openshift, or in a JavaScript config a class) Default: "pam". */
  authenticator_class?: string | Hooks.DriverClass<Authenticator, AuthenticatorTraits, ConfigInForce>;
  /** How servers are started. (localprocess, simple, sudo, systemd, or in a JavaScript config a class) Default: "localprocess". */
  spawner_class?: string | Hooks.DriverClass<Spawner, SpawnerTraits, ConfigInForce>;
  /** What leads people to their servers. (configurable-http-proxy) Default: "configurable-http-proxy". */
  proxy_class?: string;
  /** The database: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME, mysql://USER:PASSWORD@HOST/NAME (also MariaDB), or the name of a SQLite file. Default: "sqlite:///jupyterhub.sqlite". */
  db_url?: string;
  /** Log every SQL statement, without its values, at level DEBUG. Default: false. */
  debug_db?: boolean;
  /** Bring the database of an earlier JupyterHub up to date at start (a SQLite file is copied first). Default: false. */
  upgrade_db?: boolean;
  /** Drop all tables at start. Everything in them is lost (a SQLite file is copied first). Default: false. */
  reset_db?: boolean;
  /** Answer yes to every question on the command line. Default: false. */
  answer_yes?: boolean;
  /** File that holds the process id of the hub while it runs. Default: "". */
  pid_file?: string;
  /** What the hub logs: DEBUG, INFO, WARNING, ERROR or CRITICAL (or 10 to 50). Default: "INFO". */
  log_level?: string | number;
  /** Stop all servers of users when the hub stops. Default: false. */
  cleanup_servers?: boolean;
  /** Stop the proxy when the hub stops. Default: false. */
  cleanup_proxy?: boolean;
  /** Secret that signs cookies, in hex. Better kept in cookie_secret_file. Default: "". */
  cookie_secret?: string;
  /** File with the secret that signs cookies; made at the first start. Default: "jupyterhub_cookie_secret". */
  cookie_secret_file?: string;
  /** Low-level settings of the web server. Default: {"headers":{},"cookie_options":{},"xsrf_cookie_kwargs":{},"slow_spawn_timeout":10,"slow_stop_timeout":10,"spawn_throttle_retry_range":[30,60],"user_redirect_limit":4}. */
  tornado_settings?: { headers?: Mapping<string>; cookie_options?: Mapping<string | number | boolean>; xsrf_cookie_kwargs?: Mapping<string | number | boolean>; csp_report_uri?: string; slow_spawn_timeout?: number; slow_stop_timeout?: number; spawn_throttle_retry_range?: readonly [number, number]; user_redirect_limit?: number };
  /** Services: started and watched by the hub when they have a command, else only known to it. Default: []. */
  services?: List<{ name: string; [key: string]: unknown }>;
  /** Groups made at start: {NAME: {users: [...], properties: {...}}}. Default: {}. */
  load_groups?: Mapping<{ users?: List<string>; properties?: Mapping<unknown> } | List<string>>;
  /** Roles made at start: a name, scopes, and the users, groups and services that have them. Default: []. */
  load_roles?: List<{ name: string; description?: string; scopes?: List<string>; users?: List<string>; groups?: List<string>; services?: List<string> }>;
  /** Scopes of your own: {custom:NAME: {description, subscopes}}. Default: {}. */
  custom_scopes?: Mapping<{ description: string; subscopes?: List<string> }>;
  /** Scopes added to the role user. Default: []. */
  extra_user_scopes?: List<string>;
  /** Tokens given in advance: {TOKEN: user name}. Better: a service with api_token. Default: {}. */
  api_tokens?: Mapping<string>;
  /** Tokens given in advance: {TOKEN: service name}. Better: api_token of the service. Default: {}. */
  service_tokens?: Mapping<string>;
  /** Store the tokens of this file with a fast hash: only for tokens that are long and random. Default: false. */
  trust_user_provided_tokens?: boolean;
  /** Longest life of tokens made through the API; 0 for no limit. Default: 0. */
  token_expires_in_max_seconds?: number;
  /** Life of OAuth tokens in seconds; that of the login cookie unless set. */
  oauth_token_expires_in?: number;
  /** Refuse OAuth clients that do not use PKCE. Default: false. */
  oauth_require_pkce?: boolean;
  /** Life of the login cookie, in days. Default: 14. */
  cookie_max_age_days?: number;
  /** Put __Host- before the names of cookies; needs https. Default: false. */
  cookie_host_prefix_enabled?: boolean;
  /** Stop a person's servers when they log out. Default: false. */
  shutdown_on_logout?: boolean;
  /** Ask for the scope read:metrics at /hub/metrics. Default: true. */
  authenticate_prometheus?: boolean;
  /** Let people have several servers, each with a name. Default: false. */
  allow_named_servers?: boolean;
  /** Most named servers of one person, stopped ones included; 0 for no limit. In a JavaScript config also a function of the request. Default: 0. */
  named_server_limit_per_user?: number | Hooks.NamedServerLimit;
  /** What to do with servers whose names were made before the rules of today. Default: "allow-start". */
  allow_existing_invalid_named_servers?: "allow-start" | "allow-delete" | "autorename";
  /** The named server that / leads to, instead of the unnamed one. Default: "". */
  default_server_name?: string;
  /** Most servers that run at a time; 0 for no limit. Default: 0. */
  active_server_limit?: number;
  /** Most servers that are being started at a time; 0 for no limit. Default: 100. */
  concurrent_spawn_limit?: number;
  /** Seconds that the start waits for running servers to be looked at; the rest follows in the background. -1: a day. Default: 10. */
  init_spawners_timeout?: number;
  /** Seconds within which a further activity of the same token or person is not written again. Default: 30. */
  activity_resolution?: number;
  /** Seconds between two readings of the activity that the proxy saw. Default: 300. */
  last_activity_interval?: number;
  /** Seconds between two checks that services answer. Default: 60. */
  service_check_interval?: number;
  /** Entries on a page of a list of the API, unless the request says. Default: 50. */
  api_page_default_limit?: number;
  /** Most entries on a page of a list of the API. Default: 200. */
  api_page_max_limit?: number;
  /** Answer 503 instead of 424 for servers that do not run. Default: false. */
  use_legacy_stopped_server_status_code?: boolean;
  /** Where people land after login, instead of their server or the home page; in a JavaScript config also a function of the request. Default: "". */
  default_url?: string | Hooks.DefaultUrl;
  /** Seconds after which the page "server not running" starts it by itself; 0 for never. Default: 0. */
  implicit_spawn_seconds?: number;
  /** Image shown at the top left of every page; the built-in one unless set. Default: "". */
  logo_file?: string;
  /** Folders with page templates that replace built-in ones of the same name. Default: []. */
  template_paths?: List<string>;
  /** Variables for page templates, e.g. {announcement: "..."}. In a JavaScript config values can be functions of the person. Default: {}. */
  template_vars?: Mapping<Hooks.TemplateVariable | Data>;
  /** Function of a JavaScript config that says where /hub/user-redirect/PATH leads. Default: null. */
  user_redirect_hook?: Hooks.UserRedirectHook | null;
}

/** How people log in, whatever the way. Each way has a class of its own, which takes over what is set here. */
export interface AuthenticatorConfig {
  /** Let everyone in who can prove who they are. Default: false. */
  allow_all?: boolean;
  /** Names of people who may log in. Default: []. */
  allowed_users?: List<string>;
  /** Let people in who are in the database; true when allowed_users is not empty, unless set. */
  allow_existing_users?: boolean;
  /** Names of people who may not log in; their servers, roles and groups are taken away at start. Default: []. */
  blocked_users?: List<string>;
  /** Names of people who are admins. They also need to be allowed in. Default: []. */
  admin_users?: List<string>;
  /** Names that stand for others: {typed: real}. Default: {}. */
  username_map?: Mapping<string>;
  /** Regular expression that names have to match from their start. Default: "". */
  username_pattern?: string;
  /** Remove people from the database whose account is gone. Default: false. */
  delete_invalid_users?: boolean;
  /** Keep what the authenticator learns, encrypted with the key in JUPYTERHUB_CRYPT_KEY. Default: false. */
  enable_auth_state?: boolean;
  /** Seconds after which a login is checked again; 0 for never. Default: 300. */
  auth_refresh_age?: number;
  /** Check the login again before a server starts. Default: false. */
  refresh_pre_spawn?: boolean;
  /** Check the login again before a server stops. Default: false. */
  refresh_pre_stop?: boolean;
  /** What people log in with elsewhere, at login_url: the form gives way to a button that names it. Default: "". */
  login_service?: string;
  /** The page at which people log in, when it is not the form of the hub. Default: "". */
  login_url?: string;
  /** HTML in the place of the form, a template with the variables of login.html. Default: "". */
  custom_html?: string;
  /** Skip the login page and send people to login_url. Default: false. */
  auto_login?: boolean;
  /** The same, when a server or service sends someone to log in. Default: false. */
  auto_login_oauth2_authorize?: boolean;
  /** Groups come from the authenticator. Default: false. */
  manage_groups?: boolean;
  /** Roles come from the authenticator. Default: false. */
  manage_roles?: boolean;
  /** Forget the roles that the authenticator gave, at every start. Default: false. */
  reset_managed_roles_on_startup?: boolean;
  /** Ask for a one-time password on the login page. Default: false. */
  request_otp?: boolean;
  /** What the field of the one-time password is called. Default: "OTP:". */
  otp_prompt?: string;
  /** Function of a JavaScript config that sees everybody who may come in: (model, { address }) => model, or null to refuse. */
  post_auth_hook?: Hooks.PostAuthHook;
}

/** People who have an account on this machine. */
export interface LocalAuthenticatorConfig extends AuthenticatorConfig {
  /** Make the account of a person who has none. Default: false. */
  create_system_users?: boolean;
  /** Command that makes an account; USERNAME is replaced, and the name is added at the end. Default: ["adduser","-q","--gecos","\"\"","--disabled-password"]. */
  add_user_cmd?: List<string>;
  /** User ids of accounts to be made: {name: uid}. Default: {}. */
  uids?: Mapping<number>;
  /** Groups of this machine whose members may log in. Default: []. */
  allowed_groups?: List<string>;
}

/** authenticator_class pam: the accounts and passwords of this machine. Takes over LocalAuthenticator's keys. */
export interface PAMAuthenticatorConfig extends LocalAuthenticatorConfig {
  /** Name of the PAM service, a file in /etc/pam.d. Default: "login". */
  service?: string;
  /** Encoding of passwords: utf8 or latin1. Default: "utf8". */
  encoding?: "utf8" | "latin1";
  /** Also ask PAM whether the account may be used now. Default: true. */
  check_account?: boolean;
  /** Open a PAM session for every server. Default: false. */
  open_sessions?: boolean;
  /** Groups of this machine whose members are admins. Default: []. */
  admin_groups?: List<string>;
  /** Use the name as the system spells it, instead of in lower case. Default: false. */
  pam_normalize_username?: boolean;
  /** Most logins that PAM checks at a time. Default: 4. */
  executor_threads?: number;
}

/** authenticator_class dummy: any name, one password. For trying things out. */
export interface DummyAuthenticatorConfig extends AuthenticatorConfig {
  /** Password of everybody; every password is right when it is empty. Default: "". */
  password?: string;
}

/** authenticator_class shared-password: one password for everybody, another for admins. */
export interface SharedPasswordAuthenticatorConfig extends AuthenticatorConfig {
  /** Password of everybody, at least 8 characters. Default: null. */
  user_password?: string | null;
  /** Password of admins, at least 32 characters. Default: null. */
  admin_password?: string | null;
  /** Passwords that also make someone a member of groups: {PASSWORD: [group]}. Default: {}. */
  password_groups?: Mapping<List<string>>;
}

/** authenticator_class ldap: the accounts of a directory server, such as OpenLDAP or Active Directory. */
export interface LDAPAuthenticatorConfig extends AuthenticatorConfig {
  /** Host of the directory server. Default: "". */
  server_address?: string;
  /** Its port; 636 with tls_strategy on_connect, else 389, unless set. */
  server_port?: number;
  /** TLS by StartTLS (before_bind), from the first byte as with ldaps (on_connect), or none, and passwords cross the network as they are (insecure). Default: "before_bind". */
  tls_strategy?: "before_bind" | "on_connect" | "insecure";
  /** TLS, with the keys of ldap3's Tls: ca_certs_file, ca_certs_data, valid_names, local_certificate_file … Certificates are checked unless validate is 0. Default: {}. */
  tls_kwargs?: { validate?: 0 | 1 | 2; version?: 2 | 5 | 16; ca_certs_file?: string; ca_certs_path?: string; ca_certs_data?: string; local_certificate_file?: string; local_private_key_file?: string; local_private_key_password?: string; ciphers?: string; sni?: string; valid_names?: List<string> };
  /** DNs to log in as, tried in turn: uid={username},ou=people,dc=example,dc=org. Not needed with lookup_dn. Default: []. */
  bind_dn_template?: List<string> | string;
  /** Look for the entry of a person, by user_attribute below user_search_base, and log in as what was found. Default: false. */
  lookup_dn?: boolean;
  /** How the entry is looked for: {login_attr} is user_attribute, {login} the name that was typed. Default: "({login_attr}={login})". */
  lookup_dn_search_filter?: string | null;
  /** DN of the account that looks; without it, anonymously. Default: null. */
  lookup_dn_search_user?: string | null;
  /** Its password. Default: null. */
  lookup_dn_search_password?: string | null;
  /** Attribute of the entry whose value is {username} in templates and filters from then on. Default: null. */
  lookup_dn_user_dn_attribute?: string | null;
  /** Where people are, for lookup_dn and search_filter: ou=people,dc=example,dc=org. Default: null. */
  user_search_base?: string | null;
  /** Attribute that holds the name people type: uid, or sAMAccountName. Default: null. */
  user_attribute?: string | null;
  /** Make the value of lookup_dn_user_dn_attribute the name of the user, not what was typed. Default: false. */
  use_lookup_dn_username?: boolean;
  /** Let in only those for whom this finds exactly one entry below user_search_base. Default: "". */
  search_filter?: string;
  /** Attributes that search_filter asks for. Default: []. */
  attributes?: List<string>;
  /** DNs of groups whose members may log in, beside those whom Authenticator lets in. Default: []. */
  allowed_groups?: List<string> | null;
  /** What the entry of a group matches that somebody is a member of. Default: "(|(member={userdn})(uniqueMember={userdn})(memberUid={uid}))". */
  group_search_filter?: string;
  /** Attributes that the search for a group asks for. Default: ["member","uniqueMember","memberUid"]. */
  group_attributes?: List<string>;
  /** Where groups are, for Authenticator.manage_groups; not a key of JupyterHub. Default: "". */
  group_search_base?: string;
  /** Attribute of a group's entry that becomes the name of the group here; not a key of JupyterHub. Default: "cn". */
  group_name_attribute?: string;
  /** Attributes of a person's entry to keep in auth_state, as user_attributes. Default: []. */
  auth_state_attributes?: List<string>;
  /** Regular expression that names have to match as they are typed, before anything is sent. Default: "^[a-z][.a-z0-9_-]*$". */
  valid_username_regex?: string;
}

/** authenticator_class null: nobody logs in; there are only tokens. */
export type NullAuthenticatorConfig = AuthenticatorConfig;

/** authenticator_class native: accounts of the hub's own, for which people sign up. Takes over LocalAuthenticator's keys. */
export interface NativeAuthenticatorConfig extends LocalAuthenticatorConfig {
  /** Let people sign up; otherwise admins make the accounts. Default: true. */
  enable_signup?: boolean;
  /** Who signs up under a name that nobody has is let in at once; otherwise an admin decides. Default: false. */
  open_signup?: boolean;
  /** Shortest password that is accepted, in characters. Default: 8. */
  minimum_password_length?: number;
  /** Refuse passwords that are among the first to be tried. Default: true. */
  check_common_password?: boolean;
  /** Ask for an e-mail address when people sign up. Default: false. */
  ask_email_on_signup?: boolean;
  /** What people have to accept to sign up, as HTML beside a box to tick; empty for nothing. Default: "". */
  tos?: string;
  /** Let people protect their account with one-time codes; who has done so is asked for a code either way. Default: true. */
  allow_2fa?: boolean;
  /** How costly hashes of passwords are, as the power of two that scrypt calls N: 15 takes 32 MiB and about 0.08 seconds, each step twice that. Default: 15. */
  password_hash_cost?: number;
}

/** Logins at another site, by OAuth 2 or OpenID Connect. Each provider has a class of its own, which takes over what is set here. */
export interface OAuthenticatorConfig extends AuthenticatorConfig {
  /** Let people in who are in the database. */
  allow_existing_users?: boolean;
  /** Check the login again before a server starts; true with enable_auth_state, unless set. */
  refresh_pre_spawn?: boolean;
  /** What the button on the login page calls the provider. Default: "". */
  login_service?: string;
  /** What the provider knows the hub by; $PROVIDER_CLIENT_ID or $OAUTH_CLIENT_ID unless set. Default: "". */
  client_id?: string;
  /** The secret that belongs to it; $PROVIDER_CLIENT_SECRET or $OAUTH_CLIENT_SECRET unless set. Default: "". */
  client_secret?: string;
  /** Where the provider sends people back to: https://HOST/hub/oauth_callback; guessed from the request unless set. Default: "". */
  oauth_callback_url?: string;
  /** Address of an OpenID provider, by which its endpoints and keys are found; identities are then verified by its signatures. Default: "". */
  issuer?: string;
  /** Where people are sent to log in; that of the provider unless set. Default: "". */
  authorize_url?: string;
  /** Where codes are exchanged for tokens; that of the provider unless set. Default: "". */
  token_url?: string;
  /** Where the provider tells who somebody is; that of the provider unless set. Default: "". */
  userdata_url?: string;
  /** Take who somebody is from the ID token, whose signature is checked: needs issuer. Default: false. */
  userdata_from_id_token?: boolean;
  /** Further arguments of the request to userdata_url. Default: {}. */
  userdata_params?: Mapping<string | number | boolean>;
  /** How the token goes to userdata_url: header, or url for providers that know no better. */
  userdata_token_method?: "header" | "url";
  /** What names people are known by: a claim, or a function of a JavaScript config that gets all of them. Default: "". */
  username_claim?: Hooks.UsernameClaim | string;
  /** Take e-mail addresses for names that the provider has not verified. Default: false. */
  allow_unverified_email?: boolean;
  /** What is asked for at the provider. Default: []. */
  scope?: List<string>;
  /** People to whom the provider has granted all of these may log in; each has to stand in scope. Default: []. */
  allowed_scopes?: List<string>;
  /** Groups of the provider whose members may log in: needs manage_groups. Default: []. */
  allowed_groups?: List<string>;
  /** Groups of the provider whose members are admins, and nobody else but admin_users: needs manage_groups. Default: []. */
  admin_groups?: List<string>;
  /** Where groups are found in auth_state, such as oauth_user.groups: needs manage_groups. Default: "". */
  auth_state_groups_key?: Hooks.AuthStateGroups | string;
  /** Protect codes by PKCE (RFC 7636). Default: true. */
  enable_pkce?: boolean;
  /** Send client_id and client_secret in the Authorization header instead of in the body. */
  basic_auth?: boolean;
  /** Further arguments of requests to token_url. Default: {}. */
  token_params?: Mapping<string | number | boolean>;
  /** Further arguments of the address to which people are sent. Default: {}. */
  extra_authorize_params?: Mapping<string | number | boolean>;
  /** Check certificates of the provider, and speak http to this machine only. */
  validate_server_cert?: boolean;
  /** Deadlines in seconds and certificates for requests to the provider. Default: {}. */
  http_request_kwargs?: { ca_certs?: string; client_cert?: string; client_key?: string; connect_timeout?: number; request_timeout?: number; validate_cert?: boolean };
  /** Where people are sent after they have logged out here, to log out there; $OAUTH_LOGOUT_REDIRECT_URL unless set. Default: "". */
  logout_redirect_url?: string;
  /** What people are told who may not come in. Default: "Sorry, you are not currently authorized to use this hub. Please contact the hub administrator.". */
  custom_403_message?: string;
  /** Function of a JavaScript config that changes what is kept of a login. */
  modify_auth_state_hook?: Hooks.ModifyAuthStateHook;
  /** Function of a JavaScript config that decides whether a login still holds: ({ name, authState }) => true, false, a model, or null to have it looked up. */
  refresh_user_hook?: Hooks.RefreshUserHook;
}

/** authenticator_class generic-oauth: any provider, such as Keycloak. */
export type GenericOAuthenticatorConfig = OAuthenticatorConfig;

/** authenticator_class auth0. */
export interface Auth0OAuthenticatorConfig extends OAuthenticatorConfig {
  /** What names people are known by. Default: "email". */
  username_claim?: Hooks.UsernameClaim | string;
  /** What is asked for at Auth0. Default: ["openid","email"]. */
  scope?: List<string>;
  /** Domain of the tenant, such as NAME.eu.auth0.com; $AUTH0_DOMAIN unless set. Default: "". */
  auth0_domain?: string;
  /** NAME, for the domain NAME.auth0.com; $AUTH0_SUBDOMAIN unless set. Default: "". */
  auth0_subdomain?: string;
}

/** authenticator_class azuread: Microsoft Entra ID. */
export interface AzureAdOAuthenticatorConfig extends OAuthenticatorConfig {
  /** Take who somebody is from the ID token. Default: true. */
  userdata_from_id_token?: boolean;
  /** What names people are known by. They can change their name: preferred_username or oid are better. Default: "name". */
  username_claim?: Hooks.UsernameClaim | string;
  /** What is asked for at Microsoft. Default: ["openid"]. */
  scope?: List<string>;
  /** Id of the tenant; $AAD_TENANT_ID unless set. Default: "". */
  tenant_id?: string;
  /** Address of Microsoft Entra ID, for its national clouds. Default: "https://login.microsoftonline.com". */
  graph_url?: string;
}

/** authenticator_class bitbucket. */
export interface BitbucketOAuthenticatorConfig extends OAuthenticatorConfig {
  /** Workspaces whose members may log in, as in their addresses. Default: []. */
  allowed_teams?: List<string>;
}

/** authenticator_class cilogon: the institutions behind CILogon. */
export interface CILogonOAuthenticatorConfig extends OAuthenticatorConfig {
  /** What is asked for at CILogon. Default: ["openid","email","org.cilogon.userinfo","profile"]. */
  scope?: List<string>;
  /** Its host; $CILOGON_HOST or cilogon.org unless set. Default: "". */
  cilogon_host?: string;
  /** Identity providers by which people may log in, by EntityID: {ID: {username_derivation: {username_claim: email}, allow_all: true}}. Default: {}. */
  idps?: Mapping<{ username_derivation: unknown; default?: boolean; allow_all?: boolean; allowed_domains?: List<string>; allowed_domains_claim?: string }>;
  /** How its page looks. Default: "". */
  skin?: string;
}

/** authenticator_class github. */
export interface GitHubOAuthenticatorConfig extends OAuthenticatorConfig {
  /** What names people are known by. Default: "login". */
  username_claim?: Hooks.UsernameClaim | string;
  /** Address of GitHub Enterprise Server; $GITHUB_URL or https://github.com unless set. Default: "". */
  github_url?: string;
  /** Address of its API. Default: "". */
  github_api?: string;
  /** Organizations, or teams as ORGANIZATION:TEAM, whose members may log in; private membership takes the scope read:org. Default: []. */
  allowed_organizations?: List<string>;
  /** Keep the teams of people in auth_state: takes the scope read:org. Default: false. */
  populate_teams_in_auth_state?: boolean;
}

/** authenticator_class gitlab. */
export interface GitLabOAuthenticatorConfig extends OAuthenticatorConfig {
  /** Address of GitLab; $GITLAB_URL or https://gitlab.com unless set. Default: "". */
  gitlab_url?: string;
  /** Address of its API. Default: "". */
  gitlab_api?: string;
  /** Version of its API; $GITLAB_API_VERSION or 4 unless set. Default: "". */
  gitlab_api_version?: string | number;
  /** Groups whose members may log in, as in their addresses: group/subgroup. Default: []. */
  allowed_gitlab_groups?: List<string>;
  /** Ids of projects whose developers, and those above them, may log in. Default: []. */
  allowed_project_ids?: List<string | number>;
}

/** authenticator_class globus. */
export interface GlobusOAuthenticatorConfig extends OAuthenticatorConfig {
  /** What names people are known by, without what follows @. Default: "preferred_username". */
  username_claim?: Hooks.UsernameClaim | string;
  /** What is asked for at Globus. Default: ["openid","profile","urn:globus:auth:scope:transfer.api.globus.org:all"]. */
  scope?: List<string>;
  /** Domain of the institution by which people have to log in; $IDENTITY_PROVIDER unless set. Default: "". */
  identity_provider?: string;
  /** Know people by their e-mail address instead. Default: false. */
  username_from_email?: boolean;
  /** Ids of groups whose members may log in. Default: []. */
  allowed_globus_groups?: List<string>;
  /** Ids of groups whose members are admins. Default: []. */
  admin_globus_groups?: List<string>;
  /** Where the groups of somebody are asked for. Default: "https://groups.api.globus.org/v2/groups/my_groups". */
  globus_groups_url?: string;
  /** Services whose tokens are not kept in auth_state. Default: ["auth.globus.org"]. */
  exclude_tokens?: List<string>;
  /** Revoke tokens when somebody logs out. Default: false. */
  revoke_tokens_on_logout?: boolean;
  /** Where tokens are revoked. Default: "". */
  revocation_url?: string;
}

/** authenticator_class google. */
export interface GoogleOAuthenticatorConfig extends OAuthenticatorConfig {
  /** What names people are known by. Default: "email". */
  username_claim?: Hooks.UsernameClaim | string;
  /** What is asked for at Google. Default: ["openid","email"]. */
  scope?: List<string>;
  /** Organizations of Google, by domain, of which people have to be members; $HOSTED_DOMAIN unless set. Default: []. */
  hosted_domain?: List<string> | string;
  /** Organizations of Google, by domain, whose members may log in. Default: []. */
  allowed_hosted_domains?: List<string> | string;
  /** Leave the domain out of names, where it is one of hosted_domain; true for at most one of them, unless set. */
  strip_domain?: boolean;
  /** Address of the API; $GOOGLE_API_URL or https://www.googleapis.com unless set. Default: "". */
  google_api_url?: string;
  /** Groups whose members may log in: {DOMAIN: [GROUP]}. Default: {}. */
  allowed_google_groups?: Mapping<List<string>>;
  /** Groups whose members are admins: {DOMAIN: [GROUP]}. Default: {}. */
  admin_google_groups?: Mapping<List<string>>;
  /** Files with the keys of service accounts that may read groups: {DOMAIN: FILE}. Default: {}. */
  google_service_account_keys?: Mapping<string>;
  /** Whom a service account stands for: {DOMAIN: NAME}. Default: {}. */
  gsuite_administrator?: Mapping<string>;
  /** Count members of groups within groups. Default: false. */
  include_nested_groups?: boolean;
}

/** authenticator_class openshift. */
export interface OpenShiftOAuthenticatorConfig extends OAuthenticatorConfig {
  /** What names people are known by, of the metadata of their account. Default: "name". */
  username_claim?: Hooks.UsernameClaim | string;
  /** What is asked for at OpenShift. Default: ["user:info"]. */
  scope?: List<string>;
  /** Address of the cluster; $OPENSHIFT_URL or its name within the cluster unless set. Default: "". */
  openshift_url?: string;
  /** Address of its OAuth server; the cluster tells it unless set. Default: "". */
  openshift_auth_api_url?: string;
  /** Address of its API; $OPENSHIFT_REST_API_URL or openshift_url unless set. Default: "". */
  openshift_rest_api_url?: string;
  /** File with the certificates by which the cluster is known; that of the service account unless set. Default: "". */
  ca_certs?: string;
}

/** authenticator_class local-generic-oauth: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalGenericOAuthenticatorConfig = GenericOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-auth0: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalAuth0OAuthenticatorConfig = Auth0OAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-azuread: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalAzureAdOAuthenticatorConfig = AzureAdOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-bitbucket: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalBitbucketOAuthenticatorConfig = BitbucketOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-cilogon: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalCILogonOAuthenticatorConfig = CILogonOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-github: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalGitHubOAuthenticatorConfig = GitHubOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-gitlab: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalGitLabOAuthenticatorConfig = GitLabOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-globus: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalGlobusOAuthenticatorConfig = GlobusOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-google: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalGoogleOAuthenticatorConfig = GoogleOAuthenticatorConfig & LocalAuthenticatorConfig;

/** authenticator_class local-openshift: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
export type LocalOpenShiftOAuthenticatorConfig = OpenShiftOAuthenticatorConfig & LocalAuthenticatorConfig;

/** How people's servers are started, whatever the way. Each way has a class of its own, which takes over what is set here. */
export interface SpawnerConfig {
  /** Program of a server, with its arguments. Default: ["jupyterhub-singleuser"]. */
  cmd?: List<string> | string | null;
  /** Further arguments after cmd. Default: []. */
  args?: List<string>;
  /** Environment variables of servers; they win over all others. In a JavaScript config values can be functions. Default: {}. */
  environment?: Mapping<string | number | Hooks.EnvironmentValue>;
  /** Variables of the hub's own environment that servers inherit. Default: ["JUPYTERHUB_SINGLEUSER_APP"]. */
  env_keep?: List<string>;
  /** Address on which a server listens. Default: "127.0.0.1". */
  ip?: string;
  /** Port on which a server listens; 0 for a free one. Default: 0. */
  port?: number;
  /** Where a person lands in the server, e.g. /lab; {username} is replaced. Default: "". */
  default_url?: string;
  /** Folder that the server opens; {username} is replaced. Default: "". */
  notebook_dir?: string;
  /** Do not read configuration from the person's home folder. Default: false. */
  disable_user_config?: boolean;
  /** Let servers log more. Default: false. */
  debug?: boolean;
  /** Seconds within which the spawner has to have started the server. Default: 60. */
  start_timeout?: number;
  /** Seconds within which a started server has to answer. Default: 30. */
  http_timeout?: number;
  /** Seconds between two looks whether a server still runs; 0 for never. Default: 30. */
  poll_interval?: number;
  /** Share by which poll_interval varies. Default: 0.1. */
  poll_jitter?: number;
  /** Failed starts in a row after which the hub says so in its log as a critical fault; 0 for never. Default: 0. */
  consecutive_failure_limit?: number;
  /** Processors that a server is promised (for spawners that can, and told to the server). Default: null. */
  cpu_guarantee?: number | null;
  /** Most processors of a server (for spawners that can, and told to the server). Default: null. */
  cpu_limit?: number | null;
  /** Memory that a server is promised (for spawners that can, and told to the server), e.g. 512M. Default: null. */
  mem_guarantee?: number | string | null;
  /** Most memory of a server (for spawners that can, and told to the server), e.g. 1.5G. Default: null. */
  mem_limit?: number | string | null;
  /** Scheme and host by which servers reach the hub, when it is not that of JupyterHub. Default: null. */
  hub_connect_url?: string | null;
  /** HTML of the fields that are shown before a start; in a JavaScript config also a function that gives it. Default: "". */
  options_form?: string | Hooks.OptionsForm;
  /** How the fields become options: as lists (passthrough), unpacked (simple), or by a function of a JavaScript config. Default: "passthrough". */
  options_from_form?: "passthrough" | "simple" | Hooks.OptionsFromForm;
  /** Which option of the form sets which key of the spawner: {OPTION: KEY}; or a function of a JavaScript config that sets them. Default: null. */
  apply_user_options?: Mapping<string> | Hooks.ApplyUserOptions | null;
  /** Scopes of a server's own token; those of the role server unless set. Also a function of a JavaScript config. Default: []. */
  server_token_scopes?: List<string> | Hooks.Scopes;
  /** Scopes that a server may ask for on behalf of its visitors. Also a function of a JavaScript config. Default: []. */
  oauth_client_allowed_scopes?: List<string> | Hooks.Scopes;
  /** Choices that are shown before a start, as for KubeSpawner: {display_name, description, slug, default, spawner_override, profile_options}. Default: []. */
  profile_list?: List<{ display_name: string; default?: boolean; spawner_override?: Mapping<unknown>; kubespawner_override?: Mapping<unknown>; description?: string; slug?: string; profile_options?: Mapping<{ display_name: string; choices: Mapping<{ display_name: string; default?: boolean; spawner_override?: Mapping<unknown>; kubespawner_override?: Mapping<unknown> }> }> }>;
  /** Keys of the spawner that differ for members of groups. In a JavaScript config it, and each value, can be a function. Default: {}. */
  group_overrides?: Mapping<{ groups: List<string>; spawner_override: Mapping<Hooks.OverrideValue | Data> }> | Hooks.GroupOverrides;
  /** Function of a JavaScript config, called before each start; what it throws ends the start. Default: null. */
  pre_spawn_hook?: Hooks.PreSpawnHook | null;
  /** Function of a JavaScript config, called after each stop. Default: null. */
  post_stop_hook?: Hooks.PostStopHook | null;
  /** Function of a JavaScript config, called with the auth state before a start and before the form of options. Default: null. */
  auth_state_hook?: Hooks.AuthStateHook | null;
  /** Function of a JavaScript config that changes the last event of a start. Default: null. */
  progress_ready_hook?: Hooks.ProgressReadyHook | null;
}

/** spawner_class localprocess: servers are processes of the person's own account on this machine. */
export interface LocalProcessSpawnerConfig extends SpawnerConfig {
  /** Variables of the hub's own environment that servers inherit. Default: ["CONDA_DEFAULT_ENV","CONDA_ROOT","JUPYTERHUB_SINGLEUSER_APP","LANG","LC_ALL","LD_LIBRARY_PATH","PATH","PYTHONPATH","VIRTUAL_ENV"]. */
  env_keep?: List<string>;
  /** Seconds to wait after SIGINT before SIGTERM. Default: 30. */
  interrupt_timeout?: number;
  /** Seconds to wait after SIGTERM before SIGKILL. Default: 30. */
  term_timeout?: number;
  /** Seconds to wait after SIGKILL before giving up. Default: 5. */
  kill_timeout?: number;
  /** Shell that runs the command, e.g. [bash, -l, -c]; the quoted command becomes its last argument. Default: []. */
  shell_cmd?: List<string>;
}

/** spawner_class simple: servers are processes of the hub's account. Takes over LocalProcessSpawner's keys. */
export interface SimpleLocalProcessSpawnerConfig extends LocalProcessSpawnerConfig {
  /** A person's home folder; {username} is replaced. Default: "/tmp/{username}". */
  home_dir_template?: string;
}

/** spawner_class sudo: servers are processes of people's own accounts, and the hub is not root. Takes over LocalProcessSpawner's keys. */
export interface SudoSpawnerConfig extends LocalProcessSpawnerConfig {
  /** The helper that sudo runs as the person: an absolute path; unless set, Elara's own, bin/elara-sudospawner. Default: "". */
  sudospawner_path?: string;
  /** Options of sudo. Default: ["-nH"]. */
  sudo_args?: List<string>;
  /** How much the helper writes to the log of the server: DEBUG, INFO, WARNING or ERROR. Default: "INFO". */
  mediator_log_level?: string;
}

/** spawner_class systemd: servers are units of systemd, under accounts of this machine. */
export interface SystemdSpawnerConfig extends SpawnerConfig {
  /** Folder in which a server starts; unless set, the home of the account. {USERNAME} and {USERID} are replaced. Default: null. */
  user_workingdir?: string | null;
  /** Account of the machine under which a server runs. Default: "{USERNAME}". */
  username_template?: string;
  /** Shell of terminals in a server. Default: "/bin/bash". */
  default_shell?: string;
  /** Folders that come first in the PATH of a server. Default: []. */
  extra_paths?: List<string>;
  /** Name of a server's unit. Names that systemd does not take, and named servers, get an ending of their own. Default: "jupyter-{USERNAME}-singleuser". */
  unit_name_template?: string;
  /** A /tmp for each server alone. Default: false. */
  isolate_tmp?: boolean;
  /** A /dev with the harmless devices only. Default: false. */
  isolate_devices?: boolean;
  /** Nobody becomes root, or anybody else, from inside a server. Default: true. */
  disable_user_sudo?: boolean;
  /** Folders that a server cannot write to. Default: null. */
  readonly_paths?: List<string> | null;
  /** Folders below readonly_paths that it can write to. Default: null. */
  readwrite_paths?: List<string> | null;
  /** Further properties of the unit, as in systemd.exec and systemd.resource-control: {MemoryHigh: 1G}. They win over all others. Default: {}. */
  unit_extra_properties?: Mapping<string | number | boolean | List<string>>;
  /** An account for each server that is there only while it runs, with its home below /var/lib. Default: false. */
  dynamic_users?: boolean;
  /** Slice that the units are in. Default: null. */
  slice?: string | null;
}

/** The proxy in front, whatever its kind. */
export interface ProxyConfig {
  /** Start and watch the proxy; false: it runs by itself, and auth_token has to be given. Default: true. */
  should_start?: boolean;
  /** Further routes: {/path/: http://host:port}. Default: {}. */
  extra_routes?: Mapping<string>;
}

/** proxy_class configurable-http-proxy. */
export interface ConfigurableHTTPProxyConfig extends ProxyConfig {
  /** Program of the proxy, with its arguments; the installed one unless set. Default: ["configurable-http-proxy"]. */
  command?: List<string> | string | null;
  /** Address of the proxy's own API. Default: "http://127.0.0.1:8001". */
  api_url?: string;
  /** Token of that API; from the environment (CONFIGPROXY_AUTH_TOKEN), or made, unless set. Default: "". */
  auth_token?: string;
  /** Seconds between two looks whether the proxy still has its routes. Default: 1. */
  check_running_interval?: number;
  /** Most requests to the API at a time. Default: 10. */
  concurrency?: number;
  /** Let the proxy log more. Default: false. */
  debug?: boolean;
  /** What the proxy logs: debug, info, warn or error. Default: "info". */
  log_level?: string;
  /** File with the process id of the proxy. Default: "jupyterhub-proxy.pid". */
  pid_file?: string;
}

/** The keys that encrypt auth state. */
export interface CryptKeeperConfig {
  /** Keys of 32 bytes in hex or base64; the first encrypts, all decrypt. From JUPYTERHUB_CRYPT_KEY unless set. Default: []. */
  keys?: List<string> | string;
}

/** What JupyterHub does not have. */
export interface ElaraConfig {
  /** Folder of the output of servers and services, relative to the working directory. Default: "logs". */
  log_dir?: string;
  /** Size at which such a file is put aside, in bytes. Default: 10485760. */
  log_max_bytes?: number;
  /** How many files put aside are kept. Default: 3. */
  log_keep?: number;
  /** Days for which the audit keeps who did what; 0 keeps all. Default: 90. */
  audit_retention_days?: number;
  /** Actions that leave no record when they succeed, e.g. activity.report, which every server sends every few minutes. Default: []. */
  audit_skip?: List<string>;
  /** Largest body of a request, in bytes. Default: 2097152. */
  max_body_bytes?: number;
  /** How many logins to one account may fail within login_failure_window before more are refused; browsers that have logged in to it before are counted by themselves. 0 for no limit. Default: 10. */
  login_failures_per_account?: number;
  /** The same for all logins from one address (of IPv6: from one /64 network). 0 for no limit. Default: 100. */
  login_failures_per_address?: number;
  /** Seconds in which as many failed logins are forgotten as are allowed. Default: 600. */
  login_failure_window?: number;
  /** When expired tokens, codes and shares are deleted: five fields as in crontab; empty for never. Default: "17 * * * *". */
  purge_schedule?: string;
  /** How many starts may wait for their turn when concurrent_spawn_limit is reached; 0: none waits, and the request answers 429. Default: 0. */
  spawn_queue_limit?: number;
  /** Seconds that a start may wait for its turn. Default: 1800. */
  spawn_queue_timeout?: number;
  /** What to do with servers of this hub that run without a row in its database: say so, take them over if they answer, or end them. Default: "report". */
  orphan_policy?: "report" | "adopt" | "reap";
  /** Seconds between two looks for such servers; 0 for none. Default: 300. */
  orphan_check_interval?: number;
  /** Seconds that each function of the config may take when a server starts or stops; those that pages wait for have ten at most. Default: 60. */
  hook_timeout?: number;
  /** Restarts in a row after which a service counts as failed; 0 for no limit. Default: 0. */
  service_start_limit?: number;
}

/** A config: classes, with their keys below. */
export interface ElaraConfig {
  /** The hub as a whole. */
  JupyterHub?: JupyterHubConfig;
  /** How people log in, whatever the way. Each way has a class of its own, which takes over what is set here. */
  Authenticator?: AuthenticatorConfig;
  /** People who have an account on this machine. */
  LocalAuthenticator?: LocalAuthenticatorConfig;
  /** authenticator_class pam: the accounts and passwords of this machine. Takes over LocalAuthenticator's keys. */
  PAMAuthenticator?: PAMAuthenticatorConfig;
  /** authenticator_class dummy: any name, one password. For trying things out. */
  DummyAuthenticator?: DummyAuthenticatorConfig;
  /** authenticator_class shared-password: one password for everybody, another for admins. */
  SharedPasswordAuthenticator?: SharedPasswordAuthenticatorConfig;
  /** authenticator_class ldap: the accounts of a directory server, such as OpenLDAP or Active Directory. */
  LDAPAuthenticator?: LDAPAuthenticatorConfig;
  /** authenticator_class null: nobody logs in; there are only tokens. */
  NullAuthenticator?: NullAuthenticatorConfig;
  /** authenticator_class native: accounts of the hub's own, for which people sign up. Takes over LocalAuthenticator's keys. */
  NativeAuthenticator?: NativeAuthenticatorConfig;
  /** Logins at another site, by OAuth 2 or OpenID Connect. Each provider has a class of its own, which takes over what is set here. */
  OAuthenticator?: OAuthenticatorConfig;
  /** authenticator_class generic-oauth: any provider, such as Keycloak. */
  GenericOAuthenticator?: GenericOAuthenticatorConfig;
  /** authenticator_class auth0. */
  Auth0OAuthenticator?: Auth0OAuthenticatorConfig;
  /** authenticator_class azuread: Microsoft Entra ID. */
  AzureAdOAuthenticator?: AzureAdOAuthenticatorConfig;
  /** authenticator_class bitbucket. */
  BitbucketOAuthenticator?: BitbucketOAuthenticatorConfig;
  /** authenticator_class cilogon: the institutions behind CILogon. */
  CILogonOAuthenticator?: CILogonOAuthenticatorConfig;
  /** authenticator_class github. */
  GitHubOAuthenticator?: GitHubOAuthenticatorConfig;
  /** authenticator_class gitlab. */
  GitLabOAuthenticator?: GitLabOAuthenticatorConfig;
  /** authenticator_class globus. */
  GlobusOAuthenticator?: GlobusOAuthenticatorConfig;
  /** authenticator_class google. */
  GoogleOAuthenticator?: GoogleOAuthenticatorConfig;
  /** authenticator_class openshift. */
  OpenShiftOAuthenticator?: OpenShiftOAuthenticatorConfig;
  /** authenticator_class local-generic-oauth: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalGenericOAuthenticator?: LocalGenericOAuthenticatorConfig;
  /** authenticator_class local-auth0: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalAuth0OAuthenticator?: LocalAuth0OAuthenticatorConfig;
  /** authenticator_class local-azuread: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalAzureAdOAuthenticator?: LocalAzureAdOAuthenticatorConfig;
  /** authenticator_class local-bitbucket: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalBitbucketOAuthenticator?: LocalBitbucketOAuthenticatorConfig;
  /** authenticator_class local-cilogon: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalCILogonOAuthenticator?: LocalCILogonOAuthenticatorConfig;
  /** authenticator_class local-github: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalGitHubOAuthenticator?: LocalGitHubOAuthenticatorConfig;
  /** authenticator_class local-gitlab: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalGitLabOAuthenticator?: LocalGitLabOAuthenticatorConfig;
  /** authenticator_class local-globus: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalGlobusOAuthenticator?: LocalGlobusOAuthenticatorConfig;
  /** authenticator_class local-google: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalGoogleOAuthenticator?: LocalGoogleOAuthenticatorConfig;
  /** authenticator_class local-openshift: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too. */
  LocalOpenShiftOAuthenticator?: LocalOpenShiftOAuthenticatorConfig;
  /** How people's servers are started, whatever the way. Each way has a class of its own, which takes over what is set here. */
  Spawner?: SpawnerConfig;
  /** spawner_class localprocess: servers are processes of the person's own account on this machine. */
  LocalProcessSpawner?: LocalProcessSpawnerConfig;
  /** spawner_class simple: servers are processes of the hub's account. Takes over LocalProcessSpawner's keys. */
  SimpleLocalProcessSpawner?: SimpleLocalProcessSpawnerConfig;
  /** spawner_class sudo: servers are processes of people's own accounts, and the hub is not root. Takes over LocalProcessSpawner's keys. */
  SudoSpawner?: SudoSpawnerConfig;
  /** spawner_class systemd: servers are units of systemd, under accounts of this machine. */
  SystemdSpawner?: SystemdSpawnerConfig;
  /** The proxy in front, whatever its kind. */
  Proxy?: ProxyConfig;
  /** proxy_class configurable-http-proxy. */
  ConfigurableHTTPProxy?: ConfigurableHTTPProxyConfig;
  /** The keys that encrypt auth state. */
  CryptKeeper?: CryptKeeperConfig;
  /** What JupyterHub does not have. */
  Elara?: ElaraConfig;
}
