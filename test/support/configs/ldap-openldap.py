# A department with an OpenLDAP server; staff and students in branches of their own
c = get_config()  # noqa

c.JupyterHub.authenticator_class = "ldapauthenticator.LDAPAuthenticator"
c.LDAPAuthenticator.server_address = "ldap.physics.example.edu"
c.LDAPAuthenticator.tls_kwargs = {"ca_certs_file": "/etc/ssl/certs/example-edu.pem"}
c.LDAPAuthenticator.bind_dn_template = [
    "uid={username},ou=staff,dc=physics,dc=example,dc=edu",
    "uid={username},ou=students,dc=physics,dc=example,dc=edu",
]
c.LDAPAuthenticator.valid_username_regex = r"^[a-z][.a-z0-9_-]*$"
c.LDAPAuthenticator.allow_all = True
c.Authenticator.admin_users = {"mcurie", "EFermi"}
c.Authenticator.enable_auth_state = False
