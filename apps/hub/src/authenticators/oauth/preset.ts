import type { AuthModel } from '../authenticator.js';
import type { ProviderApi } from './provider-api.js';
import type { Tokens } from './provider-client.js';
import type { ProviderFetch } from './provider-fetch.js';

/** What a provider tells of somebody. */
export type UserInfo = Record<string, unknown>;

/** What is kept of a login, as in JupyterHub: tokens, and below `userKey` what the provider tells. */
export type AuthState = Record<string, unknown>;

/** Somebody whom a provider has just told about. */
export interface ProviderLogin {
  userInfo: UserInfo;
  tokens: Tokens;
  signal?: AbortSignal | undefined;
}

export interface PresetTools {
  api: ProviderApi;
  fetch: ProviderFetch;
}

/** What is peculiar to one provider. */
export interface OAuthPreset {
  /** Under which name auth_state has what the provider tells. */
  readonly userKey: string;

  /** Where endpoints and keys are told, when that is not below the issuer; and by whom. */
  readonly metadataUrl?: string | undefined;
  isIssuer?(issuer: string): boolean;

  /** Further arguments of the address to which people are sent. */
  readonly parameters?: Record<string, string>;

  /** Whether people are named by their e-mail address although `username_claim` says nothing of it. */
  namesByEmail?(userInfo: UserInfo): boolean;

  /** Whether e-mail addresses are good for names although the provider does not say that it has verified them. */
  readonly vouchesForEmail?: boolean;

  /**
   * The name of somebody, when it is not just a claim.
   * @throws LoginRefusedError
   */
  nameOf?(userInfo: UserInfo): string | undefined;

  /** Finds out more: adds to `userInfo`, or returns what else belongs in auth_state. @throws UnavailableError */
  learn?(login: ProviderLogin): Promise<AuthState>;

  /** Rules that keep somebody out, whoever else would let them in. @throws LoginRefusedError with the reason */
  requireWelcome?(userInfo: UserInfo): void;

  /** Rules that let somebody in. @throws UnavailableError */
  allows?(login: KnownLogin): Promise<boolean>;

  /** The admin flag by a rule of the provider's own; undefined: no rule. */
  isAdmin?(userInfo: UserInfo): boolean | undefined;

  /** False when the provider could not tell the groups of somebody, so that they have to stay as they are. */
  tellsGroupsOf?(userInfo: UserInfo): boolean;

  /** Ends what began with a login. */
  forget?(state: AuthState): Promise<void>;
}

/** What the rules of a provider may go by. */
export interface KnownLogin {
  userInfo: UserInfo;
  authState: AuthState;
  accessToken: string;
}

/** What the rules may go by, of a model on its way through the login. */
export function knownLogin({ authState = {} }: Pick<AuthModel, 'authState'>, userKey: string): KnownLogin {
  const { access_token: accessToken } = authState;
  return { userInfo: (authState[userKey] ?? {}) as UserInfo, authState, accessToken: typeof accessToken === 'string' ? accessToken : '' };
}
