/** Traits that are known and checked, and do nothing so far: an operator who sets one is told. */
export const NOT_YET: Record<string, readonly string[]> = {
  JupyterHub: ['service_tokens'],
  Authenticator: [
    'auth_refresh_age',
    'refresh_pre_spawn',
    'refresh_pre_stop',
    'delete_invalid_users',
    'manage_groups',
    'reset_managed_roles_on_startup',
  ],
  LocalAuthenticator: ['create_system_users', 'add_user_cmd', 'uids'],
  PAMAuthenticator: ['open_sessions', 'encoding', 'pam_normalize_username'],
  SharedPasswordAuthenticator: ['password_groups'],
  Spawner: ['poll_jitter'],
};
