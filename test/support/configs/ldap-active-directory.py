# An Active Directory, in the words of versions 1 and 2 of the authenticator
import ssl

c.JupyterHub.authenticator_class = "ldap"
c.LDAPAuthenticator.server_address = "dc1.corp.example.com"
c.LDAPAuthenticator.use_ssl = True
c.LDAPAuthenticator.tls_kwargs = {"validate": ssl.CERT_REQUIRED, "version": ssl.PROTOCOL_TLSv1_2}
c.LDAPAuthenticator.lookup_dn = True
c.LDAPAuthenticator.lookup_dn_search_filter = "({login_attr}={login})"
c.LDAPAuthenticator.lookup_dn_search_user = "cn=svc-jupyter,ou=service accounts,dc=corp,dc=example,dc=com"
c.LDAPAuthenticator.lookup_dn_search_password = "not the real one"
c.LDAPAuthenticator.user_search_base = "ou=people,dc=corp,dc=example,dc=com"
c.LDAPAuthenticator.user_attribute = "sAMAccountName"
c.LDAPAuthenticator.lookup_dn_user_dn_attribute = "cn"
c.LDAPAuthenticator.use_lookup_dn_username = False
c.LDAPAuthenticator.escape_userdn = False
c.LDAPAuthenticator.bind_dn_template = []
c.Authenticator.allow_all = True
