const TORNADO = 'Elara does not run on Tornado';
const SQLALCHEMY = 'Elara does not use SQLAlchemy';
const LOGGING =
  "Elara writes its log to standard error; systemd, or the shell, decides where it goes and logrotate's work is theirs";
const STATSD = 'statsd was removed in JupyterHub 6.0; use /hub/metrics';
const INTERNAL_SSL = 'internal_ssl is not available';
const ANY_TEMPLATE = 'pages are built in and use template_paths';
const COMMAND = 'it is a command: see elara --help';
const NO_MAIL = 'Elara sends no mail; who signs up waits for an admin';
const NO_FIRSTUSE = "files of Python's dbm are not read; let people sign up, or set passwords with elara native set-password";
const NO_CAPTCHA = 'pages load nothing from elsewhere; sign-ups are limited by address instead';
const NO_SOCKETS = 'Elara listens on TCP ports only';

/** Traits of JupyterHub that mean nothing here, and why; they are accepted with a warning. */
export const IGNORED: Record<string, Record<string, string>> = {
  JupyterHub: {
    active_user_window: STATSD,
    admin_access: 'admins act through the scopes of the role admin; change that role in load_roles',
    config_file: 'the file is chosen on the command line: elara -f FILE',
    confirm_no_ssl: 'nothing asks for it any more',
    data_files_path: 'pages and their files are part of Elara',
    db_kwargs: SQLALCHEMY,
    external_ssl_authorities: INTERNAL_SSL,
    extra_log_file: LOGGING,
    extra_log_handlers: LOGGING,
    forwarded_host_header: 'JupyterHub does not use it either; set public_url',
    generate_certs: INTERNAL_SSL,
    generate_config: COMMAND,
    hub_socket_mode: NO_SOCKETS,
    internal_certs_location: INTERNAL_SSL,
    jinja_environment_options: ANY_TEMPLATE,
    log_datefmt: LOGGING,
    log_format: LOGGING,
    logging_config: LOGGING,
    recreate_internal_certs: INTERNAL_SSL,
    show_config: COMMAND,
    show_config_json: COMMAND,
    statsd_host: STATSD,
    statsd_port: STATSD,
    statsd_prefix: STATSD,
    subdomain_hook: 'subdomain_host is not available',
    trusted_alt_names: INTERNAL_SSL,
  },
  Spawner: { ssl_alt_names: INTERNAL_SSL, ssl_alt_names_include_local: INTERNAL_SSL },
  LocalProcessSpawner: { popen_kwargs: 'servers are not started by Python' },
  SudoSpawner: { debug_mediator: 'set mediator_log_level: DEBUG' },
  LocalAuthenticator: { group_whitelist: 'JupyterHub does not use it either; set allowed_groups' },
  NativeAuthenticator: {
    allow_self_approval_for: NO_MAIL,
    delete_firstuse_db_after_import: NO_FIRSTUSE,
    firstuse_db_path: NO_FIRSTUSE,
    import_from_firstuse: NO_FIRSTUSE,
    recaptcha_key: NO_CAPTCHA,
    recaptcha_secret: NO_CAPTCHA,
    secret_key: NO_MAIL,
    self_approval_email: NO_MAIL,
    self_approval_server: NO_MAIL,
  },
  LDAPAuthenticator: { escape_userdn: 'names are always escaped, each as its place wants it' },
  GlobusOAuthenticator: { globus_local_endpoint: 'servers are told nothing of Globus' },
  ConfigurableHTTPProxy: { command_umask: NO_SOCKETS },
  CryptKeeper: { n_threads: 'encryption needs no threads of its own' },
};

/** Keys of `JupyterHub.tornado_settings` that only Tornado understands. */
export const IGNORED_TORNADO_SETTINGS: Record<string, string> = Object.fromEntries(
  [
    'autoreload',
    'autoescape',
    'compiled_template_cache',
    'compress_response',
    'debug',
    'default_handler_args',
    'default_handler_class',
    'gzip',
    'log_function',
    'no_cache_static',
    'serve_traceback',
    'static_handler_args',
    'static_handler_class',
    'static_hash_cache',
    'template_loader',
    'template_whitespace',
    'version_hash',
    'websocket_max_message_size',
    'websocket_ping_interval',
    'websocket_ping_timeout',
    'xheaders',
  ].map((key) => [key, TORNADO]),
);

const METRICS = 'the figures of /hub/metrics are always collected';

const ADD_ON = 'it belongs to an add-on of JupyterHub that Elara does not have';

/** Classes of JupyterHub and its add-ons that mean nothing here, and why. */
export const IGNORED_CLASSES: Record<string, string> = {
  EventLogger: 'there is no event log',
  JupyterHubHTTPClient: TORNADO,
  PeriodicMetricsCollector: METRICS,
  ...Object.fromEntries(
    [
      'BatchSpawnerBase',
      'DockerSpawner',
      'KubeSpawner',
      'LTIAuthenticator',
      'MediaWikiOAuthenticator',
      'SlurmSpawner',
      'SwarmSpawner',
      'SystemUserSpawner',
      'TraefikProxy',
      'WrapSpawner',
    ].map((name) => [name, ADD_ON]),
  ),
};
