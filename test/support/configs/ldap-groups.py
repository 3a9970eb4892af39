# Two groups of a directory, and a filter that is put together
c.JupyterHub.authenticator_class = "ldapauthenticator.LDAPAuthenticator"

base = "dc=example,dc=org"
sf = "".join("(ou={})".format(unit) for unit in ("research", "teaching"))

c.LDAPAuthenticator.server_address = "10.20.30.40"
c.LDAPAuthenticator.server_port = 3389
c.LDAPAuthenticator.tls_strategy = "insecure"
c.LDAPAuthenticator.bind_dn_template = "uid={username},ou=people," + base
c.LDAPAuthenticator.user_search_base = "ou=people," + base
c.LDAPAuthenticator.user_attribute = "uid"
c.LDAPAuthenticator.search_filter = "(&({{userattr}}={{username}})(|{}))".format(sf)
c.LDAPAuthenticator.allowed_groups = [
    "cn=researcher,ou=groups," + base,
    "cn=operations,ou=groups," + base,
]
c.LDAPAuthenticator.auth_state_attributes = ["uidNumber", "mail"]
c.LDAPAuthenticator.blacklist = {"mallory"}
