import type { z } from 'zod';
import type { oauthenticatorTraits } from './classes/oauthenticator.js';
import type { OAuthPresetName } from './oauth-classes.js';
import { clientOf, type Env, PROVIDER_DEFAULTS, type ProviderDefaults } from './oauth-provider-defaults.js';

export type GivenOAuthTraits = z.output<z.ZodObject<typeof oauthenticatorTraits>>;

/** Traits whose defaults depend on others, on the provider or on the environment. */
export interface SettledOAuthTraits {
  allow_existing_users: boolean;
  basic_auth: boolean;
  refresh_pre_spawn: boolean;
  userdata_token_method: 'header' | 'url';
  validate_server_cert: boolean;
}

/** Fills in what the config leaves to the provider and to the environment (reference hub-behaviour 4.5). */
export function withOAuthDefaults<T extends GivenOAuthTraits>(preset: OAuthPresetName, traits: T, env: Env): T & SettledOAuthTraits {
  const { settled = {}, ...ofProvider } = (PROVIDER_DEFAULTS[preset] as (given: GivenOAuthTraits, env: Env) => ProviderDefaults)(traits, env);
  const defaults = { ...common(traits, env), ...ofProvider };
  const isUnset = (key: string) => ['', undefined].includes(traits[key as keyof T] as string | undefined);
  return { ...traits, ...Object.fromEntries(Object.entries(defaults).filter(([key]) => isUnset(key))), ...settled } as T & SettledOAuthTraits;
}

const common = (traits: GivenOAuthTraits, env: Env): Record<string, unknown> => ({
  ...clientOf('', env),
  oauth_callback_url: env.OAUTH_CALLBACK_URL ?? '',
  logout_redirect_url: env.OAUTH_LOGOUT_REDIRECT_URL ?? '',
  username_claim: env.OAUTH2_USERNAME_KEY || 'username',
  userdata_token_method: env.OAUTH2_USERDATA_REQUEST_TYPE === 'url' ? 'url' : 'header',
  basic_auth: ['true', '1'].includes((env.OAUTH2_BASIC_AUTH ?? '').toLowerCase()),
  validate_server_cert: (traits.http_request_kwargs.validate_cert ?? true) && env.OAUTH_TLS_VERIFY !== '0',
  allow_existing_users: false,
  refresh_pre_spawn: traits.enable_auth_state,
});
