import { OAUTH_PRESETS } from '../oauth-classes.js';

type Preset = keyof typeof OAUTH_PRESETS;

const LOCAL_OAUTH_HELP = Object.fromEntries(
  Object.entries(OAUTH_PRESETS).map(([name, className]) => [
    `Local${className}`,
    `authenticator_class local-${name}: the same, for people with an account on this machine. Takes over LocalAuthenticator's keys too.`,
  ]),
) as Record<`Local${(typeof OAUTH_PRESETS)[Preset]}`, string>;

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
  OAuthenticator: 'Logins at another site, by OAuth 2 or OpenID Connect. Each provider has a class of its own, which takes over what is set here.',
  GenericOAuthenticator: 'authenticator_class generic-oauth: any provider, such as Keycloak.',
  Auth0OAuthenticator: 'authenticator_class auth0.',
  AzureAdOAuthenticator: 'authenticator_class azuread: Microsoft Entra ID.',
  BitbucketOAuthenticator: 'authenticator_class bitbucket.',
  CILogonOAuthenticator: 'authenticator_class cilogon: the institutions behind CILogon.',
  GitHubOAuthenticator: 'authenticator_class github.',
  GitLabOAuthenticator: 'authenticator_class gitlab.',
  GlobusOAuthenticator: 'authenticator_class globus.',
  GoogleOAuthenticator: 'authenticator_class google.',
  OpenShiftOAuthenticator: 'authenticator_class openshift.',
  ...LOCAL_OAUTH_HELP,
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
