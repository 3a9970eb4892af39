import { OAUTH_CLASSES } from '../config/oauth-classes.js';
import type { HubConfig } from '../config/schema.js';

type AuthenticatorTraits = HubConfig['Authenticator'];

/** The traits of the authenticator in force: those of its class, with what they inherit. */
export function authenticatorTraits(config: HubConfig): AuthenticatorTraits {
  const byClass: Record<string, AuthenticatorTraits> = {
    pam: config.PAMAuthenticator,
    dummy: config.DummyAuthenticator,
    'shared-password': config.SharedPasswordAuthenticator,
    null: config.NullAuthenticator,
    ...Object.fromEntries(Object.entries(OAUTH_CLASSES).map(([name, className]) => [name, config[className]])),
  };
  const { authenticator_class: name } = config.JupyterHub;
  return (typeof name === 'string' && byClass[name]) || config.Authenticator;
}

/**
 * Whether everybody who can prove who they are is let in. The dummy authenticator does so unless it is told whom to allow
 * (reference hub-behaviour 4.4).
 */
export function allowsEverybody(config: HubConfig): boolean {
  const traits = authenticatorTraits(config);
  return traits.allow_all || (config.JupyterHub.authenticator_class === 'dummy' && traits.allowed_users.length === 0);
}

/** Whether the names in the config let somebody in. @param isUser whether they are in the database already */
export function isListed(traits: Pick<AuthenticatorTraits, 'allow_all' | 'allowed_users' | 'admin_users' | 'allow_existing_users'>, name: string, isUser: boolean): boolean {
  const { allow_all, allowed_users, admin_users, allow_existing_users } = traits;
  // as in JupyterHub, a list of names to allow is taken to include the admins
  const isAdmin = allowed_users.length > 0 && admin_users.includes(name);
  return allow_all || allowed_users.includes(name) || isAdmin || (allow_existing_users && isUser);
}
