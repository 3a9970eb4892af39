import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.js';
import { setting } from './load/sections.js';
import { settleNames } from './names/settle-names.js';
import { type ClassName, classTraits, defaultConfig, type HubConfig } from './schema.js';
import { PASSED_ON } from './classes/spawner.js';

type Traits = Record<string, unknown>;

/** What stands for a trait that is there, but has another default here on purpose (docs/differences.md), or none of its own. */
const OTHER = Symbol('another default');

/** Every trait of reference hub-behaviour 2.2, 3.1, 4.1, 4.4 and 5.1 that has a meaning here, with its default (that of 6.0 where they differ); and of 4.6. */
const TRAITS: Partial<Record<ClassName, Traits>> = {
  Spawner: {
    apply_user_options: null, args: [], auth_state_hook: null, cmd: ['jupyterhub-singleuser'], consecutive_failure_limit: 0,
    cpu_guarantee: null, cpu_limit: null, debug: false, default_url: '', disable_user_config: false, env_keep: ['JUPYTERHUB_SINGLEUSER_APP'],
    environment: {}, group_overrides: {}, http_timeout: 30, hub_connect_url: null, ip: '127.0.0.1', mem_guarantee: null, mem_limit: null,
    notebook_dir: '', oauth_client_allowed_scopes: [], options_form: '', options_from_form: 'passthrough', poll_interval: 30, poll_jitter: 0.1,
    port: 0, post_stop_hook: null, pre_spawn_hook: null, progress_ready_hook: null, server_token_scopes: [], start_timeout: 60,
  },
  LocalProcessSpawner: { env_keep: PASSED_ON, interrupt_timeout: 30, term_timeout: 30, kill_timeout: 5, shell_cmd: [] },
  SimpleLocalProcessSpawner: { home_dir_template: '/tmp/{username}' },
  Proxy: { should_start: true, extra_routes: {} },
  ConfigurableHTTPProxy: {
    api_url: 'http://127.0.0.1:8001', auth_token: '', command: ['configurable-http-proxy'], check_running_interval: OTHER, concurrency: 10,
    debug: false, log_level: 'info', pid_file: 'jupyterhub-proxy.pid',
  },
  Authenticator: {
    admin_users: [], allowed_users: [], allow_all: false, allow_existing_users: false, auth_refresh_age: 300, auto_login: false,
    auto_login_oauth2_authorize: false, blocked_users: [], delete_invalid_users: false, enable_auth_state: false, manage_groups: false,
    manage_roles: false, otp_prompt: 'OTP:', post_auth_hook: null, refresh_pre_spawn: false, refresh_pre_stop: false, request_otp: false,
    reset_managed_roles_on_startup: false, username_map: {}, username_pattern: '',
  },
  LocalAuthenticator: { add_user_cmd: ['adduser', '-q', '--gecos', '""', '--disabled-password'], allowed_groups: [], create_system_users: false, uids: {} },
  PAMAuthenticator: { admin_groups: [], check_account: true, encoding: 'utf8', executor_threads: 4, open_sessions: false, pam_normalize_username: false, service: 'login' },
  DummyAuthenticator: { password: '', allow_all: true },
  SharedPasswordAuthenticator: { admin_password: null, password_groups: {}, user_password: null },
  JupyterHub: {
    active_server_limit: 0, activity_resolution: 30, allow_existing_invalid_named_servers: 'allow-start', allow_named_servers: false,
    answer_yes: false, api_page_default_limit: 50, api_page_max_limit: 200, api_tokens: {}, authenticate_prometheus: true,
    authenticator_class: 'pam', base_url: OTHER, bind_url: 'http://:8000', cleanup_proxy: OTHER, cleanup_servers: OTHER,
    concurrent_spawn_limit: 100, cookie_host_prefix_enabled: false, cookie_max_age_days: 14, cookie_secret: '',
    cookie_secret_file: 'jupyterhub_cookie_secret', custom_scopes: {}, db_url: 'sqlite:///jupyterhub.sqlite', debug_db: false,
    default_server_name: '', default_url: '', extra_user_scopes: [], hub_bind_url: '', hub_connect_ip: '', hub_connect_url: '',
    hub_ip: '127.0.0.1', hub_port: 8081, hub_routespec: OTHER, implicit_spawn_seconds: 0, init_spawners_timeout: 10, ip: OTHER,
    last_activity_interval: 300, load_groups: {}, load_roles: [], log_level: 'INFO', logo_file: OTHER, named_server_limit_per_user: 0,
    oauth_require_pkce: false, oauth_token_expires_in: 1_209_600, pid_file: '', port: OTHER, proxy_class: 'configurable-http-proxy',
    public_url: '', redirect_to_server: true, reset_db: false, service_check_interval: 60, service_tokens: {}, services: [],
    shutdown_on_logout: false, spawner_class: 'localprocess', ssl_cert: '', ssl_key: '', template_paths: OTHER, template_vars: {},
    token_expires_in_max_seconds: 0, tornado_settings: OTHER, trust_user_provided_tokens: false, trusted_downstream_ips: [],
    upgrade_db: false, use_legacy_stopped_server_status_code: false, user_redirect_hook: null,
  },
  LDAPAuthenticator: {
    server_address: '', server_port: OTHER, tls_strategy: 'before_bind', tls_kwargs: {}, bind_dn_template: [], lookup_dn: false,
    lookup_dn_search_filter: '({login_attr}={login})', lookup_dn_search_user: null, lookup_dn_search_password: null, lookup_dn_user_dn_attribute: null,
    user_search_base: null, user_attribute: null, use_lookup_dn_username: false, search_filter: '', attributes: [], allowed_groups: OTHER,
    group_search_filter: '(|(member={userdn})(uniqueMember={userdn})(memberUid={uid}))', group_attributes: ['member', 'uniqueMember', 'memberUid'],
    auth_state_attributes: [], valid_username_regex: '^[a-z][.a-z0-9_-]*$',
  },
  CryptKeeper: { keys: [] },
};

/** Traits that mean nothing here, or are older names: none of them is unknown. */
const OTHERS: Record<string, { taken: string[]; refused?: string[] }> = {
  Spawner: { taken: ['ssl_alt_names', 'ssl_alt_names_include_local'], refused: ['oauth_roles'] },
  LocalProcessSpawner: { taken: ['popen_kwargs'] },
  ConfigurableHTTPProxy: { taken: ['command_umask'] },
  Authenticator: { taken: ['whitelist', 'blacklist'] },
  LocalAuthenticator: { taken: ['group_whitelist'] },
  LDAPAuthenticator: { taken: ['escape_userdn', 'use_ssl'] },
  CryptKeeper: { taken: ['n_threads'] },
  PeriodicMetricsCollector: { taken: ['active_users_enabled', 'active_users_update_interval', 'event_loop_interval_enabled', 'event_loop_interval_resolution', 'event_loop_interval_log_threshold'] },
  EventLogger: { taken: ['handlers'] },
  JupyterHubHTTPClient: { taken: ['session_options', 'connector_options'] },
  JupyterHub: {
    taken: [
      'active_user_window', 'admin_access', 'admin_users', 'config_file', 'confirm_no_ssl', 'data_files_path', 'db_kwargs', 'debug_proxy',
      'external_ssl_authorities', 'extra_log_file', 'extra_log_handlers', 'forwarded_host_header', 'generate_certs', 'generate_config',
      'hub_connect_port', 'hub_socket_mode', 'internal_certs_location', 'jinja_environment_options', 'log_datefmt', 'log_format',
      'logging_config', 'proxy_api_ip', 'proxy_api_port', 'proxy_auth_token', 'proxy_check_interval', 'proxy_cmd',
      'recreate_internal_certs', 'statsd_host', 'statsd_port', 'statsd_prefix', 'subdomain_hook', 'trusted_alt_names',
    ],
    refused: ['extra_handlers', 'internal_ssl', 'subdomain_host'],
  },
};

const DEFAULTS = defaultConfig() as unknown as Record<string, Traits>;

describe.each(Object.entries(TRAITS))('%s of the reference', (className, traits) => {
  it('is there, with its defaults', () => {
    expect(Object.keys(traits).filter((name) => !Object.hasOwn(classTraits[className as ClassName], name))).toEqual([]);
    const told = Object.fromEntries(Object.entries(traits).filter(([, initial]) => initial !== OTHER));
    expect(DEFAULTS[className]).toMatchObject(told);
  });
});

describe.each(Object.entries(OTHERS))('what %s has no use for', (className, { taken, refused = [] }) => {
  const settled = (trait: string) => settleNames([setting(className, trait, 'x', () => ({ file: 'x' }))]);

  it('is accepted, with a word about it', () => {
    for (const trait of taken) expect([trait, settled(trait)]).toEqual([trait, expect.objectContaining({ problems: [], warnings: [expect.anything()] })]);
  });

  it('is refused where leaving it out would be unsafe', () => {
    for (const trait of refused) expect([trait, settled(trait).problems]).toEqual([trait, [expect.objectContaining({ message: expect.stringContaining('cannot be used') as string })]]);
  });
});

describe('values as Python has them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elara-coercion-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('become what traitlets would make of them', async () => {
    const file = join(folder, 'jupyterhub_config.py');
    writeFileSync(
      file,
      `
import logging, pathlib
c.Spawner.mem_limit = 1.5 * 1024 ** 3
c.Spawner.mem_guarantee = "512M"
c.Spawner.cpu_limit = 2
c.Spawner.cmd = "start-notebook.sh"
c.Spawner.args = ("--one", "--two")
c.Spawner.env_keep = {"PATH", "LANG"}
c.LocalProcessSpawner.cmd = None
c.Authenticator.allowed_users = ["ann", "bob", "ann"]
c.Authenticator.admin_users = frozenset({"ann"})
c.LocalAuthenticator.uids = {"ann": 1001}
c.JupyterHub.log_level = logging.DEBUG
c.JupyterHub.cookie_secret = bytes.fromhex("00" * 32)
c.JupyterHub.cookie_secret_file = pathlib.PurePosixPath("/srv") / "secret"
c.JupyterHub.cookie_max_age_days = 0.5
c.JupyterHub.init_spawners_timeout = -1
c.JupyterHub.hub_connect_port = 9000
c.JupyterHub.hub_ip = "hub"
c.JupyterHub.tornado_settings = {"spawn_throttle_retry_range": (5, 9)}
c.JupyterHub.load_groups = {"art": ["ann"], "law": {"users": {"bob"}}}
c.ConfigurableHTTPProxy.auth_token = b"token-of-the-proxy"
c.CryptKeeper.keys = [b"\\x11" * 32]
`,
    );
    const { config } = await loadConfig({ file });
    expect(config.Spawner).toMatchObject({ mem_limit: 1_610_612_736, mem_guarantee: 536_870_912, cpu_limit: 2, cmd: ['start-notebook.sh'], args: ['--one', '--two'], env_keep: ['LANG', 'PATH'] });
    expect(config.LocalProcessSpawner.cmd).toEqual(['jupyterhub-singleuser']);
    expect(config.PAMAuthenticator).toMatchObject({ allowed_users: ['ann', 'bob'], admin_users: ['ann'], uids: { ann: 1001 } });
    expect(config.JupyterHub).toMatchObject({
      log_level: 'DEBUG', cookie_secret: '00'.repeat(32), cookie_secret_file: '/srv/secret', oauth_token_expires_in: 43_200, init_spawners_timeout: -1,
      hub_connect_url: 'http://hub:9000', load_groups: { art: { users: ['ann'] }, law: { users: ['bob'] } },
    } satisfies Partial<HubConfig['JupyterHub']>);
    expect(config.JupyterHub.tornado_settings.spawn_throttle_retry_range).toEqual([5, 9]);
    expect([config.ConfigurableHTTPProxy.auth_token, config.CryptKeeper.keys]).toEqual(['token-of-the-proxy', ['11'.repeat(32)]]);
  });
});
