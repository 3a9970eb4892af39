/** What each class of the config is about. */
export const CLASS_HELP = {
  JupyterHub: 'The hub as a whole.',
  Authenticator: 'How people log in, whatever the way. Each way has a class of its own, which takes over what is set here.',
  LocalAuthenticator: 'People who have an account on this machine.',
  PAMAuthenticator: "authenticator_class pam: the accounts and passwords of this machine. Takes over LocalAuthenticator's keys.",
  DummyAuthenticator: 'authenticator_class dummy: any name, one password. For trying things out.',
  SharedPasswordAuthenticator: 'authenticator_class shared-password: one password for everybody, another for admins.',
  LDAPAuthenticator: 'authenticator_class ldap: the accounts of a directory server, such as OpenLDAP or Active Directory.',
  NullAuthenticator: 'authenticator_class null: nobody logs in; there are only tokens.',
  NativeAuthenticator: "authenticator_class native: accounts of the hub's own, for which people sign up. Takes over LocalAuthenticator's keys.",
  Spawner:
    "How people's servers are started, whatever the way. Each way has a class of its own, which takes over what is set here.",
  LocalProcessSpawner: "spawner_class localprocess: servers are processes of the person's own account on this machine.",
  SimpleLocalProcessSpawner:
    "spawner_class simple: servers are processes of the hub's account. Takes over LocalProcessSpawner's keys.",
  SudoSpawner:
    "spawner_class sudo: servers are processes of people's own accounts, and the hub is not root. Takes over LocalProcessSpawner's keys.",
  SystemdSpawner: 'spawner_class systemd: servers are units of systemd, under accounts of this machine.',
  Proxy: 'The proxy in front, whatever its kind.',
  ConfigurableHTTPProxy: 'proxy_class configurable-http-proxy.',
  CryptKeeper: 'The keys that encrypt auth state.',
  Elara: 'What JupyterHub does not have.',
};
