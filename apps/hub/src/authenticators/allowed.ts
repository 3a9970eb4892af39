import { OAUTH_CLASSES } from '../config/oauth-classes.js';
import type { HubConfig } from '../config/schema.js';

type AuthenticatorTraits = HubConfig['Authenticator'];

/** The traits of the authenticator in force: those of its class, with what they inherit. */
export function authenticatorTraits(config: HubConfig): AuthenticatorTraits {
  const byClass: Record<string, AuthenticatorTraits> = {
    pam: config.PAMAuthenticator,
    dummy: config.DummyAuthenticator,
    'shared-password': config.SharedPasswordAuthenticator,
    ldap: config.LDAPAuthenticator,
    null: config.NullAuthenticator,
    native: config.NativeAuthenticator,
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

/** Whether there is any rule that lets somebody in (reference hub-behaviour 4.1, `any_allow_config`). */
export function hasAllowRule(config: HubConfig): boolean {
  return allowsEverybody(config) || Object.entries(authenticatorTraits(config)).some(([trait, value]) => trait.startsWith('allow') && isSomething(value));
}

const isSomething = (value: unknown): boolean => (typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value));
