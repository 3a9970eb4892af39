const ROLES = 'roles of OAuth clients are gone; list what they may do in oauth_client_allowed_scopes';

/** Traits of JupyterHub that Elara cannot honour and must not ignore, because access or safety depends on them. */
export const REFUSED: Record<string, Record<string, string>> = {
  JupyterHub: {
    extra_handlers: 'handlers are Python classes; run them as a service of their own',
    internal_ssl: 'certificates between hub, proxy and servers are not available; leave it out',
    subdomain_host: 'a subdomain for each person is not available; leave it out',
  },
  Spawner: {
    oauth_roles: ROLES,
  },
};
