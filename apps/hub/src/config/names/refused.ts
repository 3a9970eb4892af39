const ROLES = 'roles of OAuth clients are gone; list what they may do in oauth_client_allowed_scopes';

const IDPS = 'say in idps how people are named and who may come in, for each identity provider';

/** Traits of JupyterHub that Elara cannot honour and must not ignore, because access or safety depends on them. */
export const REFUSED: Record<string, Record<string, string>> = {
  JupyterHub: {
    extra_handlers: 'handlers are Python classes; run them as a service of their own',
    internal_ssl: 'certificates between hub, proxy and servers are not available; leave it out',
    subdomain_host: 'a subdomain for each person is not available; leave it out',
  },
  CILogonOAuthenticator: { additional_username_claims: IDPS, idp: IDPS, idp_whitelist: IDPS, shown_idps: IDPS, strip_idp_domain: IDPS },
  Spawner: {
    oauth_roles: ROLES,
  },
};
