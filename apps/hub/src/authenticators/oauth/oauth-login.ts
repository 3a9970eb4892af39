import { Logger } from '@nestjs/common';
import type { AuthModel, KnownUser } from '../authenticator.js';
import { LoginRefusedError } from '../../errors.js';
import { groupsIn } from './groups.js';
import type { OAuthTraits } from './oauth-traits.js';
import type { AuthState, OAuthPreset, UserInfo } from './preset.js';
import { isRecord, parsed, type ProviderApi } from './provider-api.js';
import type { ProviderClient, Tokens } from './provider-client.js';
import { nameOf, userInfoOf } from './user-info.js';

const log = new Logger('login');

/** From tokens to who somebody is, and from a login of some time ago to who they are now. */
export class OAuthLogin {
  constructor(
    private readonly traits: OAuthTraits,
    private readonly preset: OAuthPreset,
    private readonly client: ProviderClient,
    private readonly api: ProviderApi,
  ) {}

  /** @throws LoginRefusedError, UnavailableError */
  async modelOf(tokens: Tokens, signal?: AbortSignal): Promise<AuthModel> {
    const userInfo = await userInfoOf(tokens, { traits: this.traits, client: this.client, api: this.api }, signal);
    const name = await nameOf(userInfo, this.traits, this.preset);
    const learned = await this.preset.learn?.({ userInfo, tokens, signal });
    const authState = await this.#kept({ ...stateOf(tokens), [this.preset.userKey]: userInfo, ...learned });
    return { name, authState, ...(this.traits.manage_groups && { groups: await this.#groups(userInfo, authState) }) };
  }

  /**
   * Asks the provider again: with the access token that is there, else with one got by the refresh token.
   * @returns undefined when neither is good any more
   * @throws UnavailableError
   */
  async renewed({ name, authState }: KnownUser, signal?: AbortSignal): Promise<AuthModel | undefined> {
    if (!authState) return undefined;
    const tokens = tokensIn(authState, this.preset.userKey);
    const model = (this.#isGood(tokens) && (await orRefused(this.modelOf(tokens, signal)))) || (await this.#refreshed(tokens, signal));
    if (model && subjectIn(model.authState, this.preset.userKey) !== subjectIn(authState, this.preset.userKey)) {
      log.warn(`The tokens of ${name} are those of somebody else now, so they have to log in again`);
      return undefined;
    }
    return model;
  }

  async #refreshed(tokens: Tokens, signal?: AbortSignal): Promise<AuthModel | undefined> {
    if (!tokens.refreshToken) return undefined;
    const fresh = await orRefused(this.client.refresh(tokens.refreshToken));
    return fresh && orRefused(this.modelOf({ ...tokens, ...fresh, answer: { ...tokens.answer, ...fresh.answer } }, signal));
  }

  /** An ID token says itself until when it is to be believed; of access tokens only the provider knows. */
  #isGood({ accessToken, idToken }: Tokens): boolean {
    return this.traits.userdata_from_id_token ? expiryOf(idToken) > Date.now() : accessToken !== '';
  }

  async #kept(state: AuthState): Promise<AuthState> {
    return (await this.traits.modify_auth_state_hook?.(state)) ?? state;
  }

  async #groups(userInfo: UserInfo, authState: AuthState): Promise<string[] | null> {
    if (this.preset.tellsGroupsOf && !this.preset.tellsGroupsOf(userInfo)) return null;
    return groupsIn(authState, this.traits.auth_state_groups_key);
  }
}

/** In JupyterHub's form, which programs know. */
function stateOf({ accessToken, refreshToken, idToken, scope, answer }: Tokens): AuthState {
  const granted = (scope ?? '').split(/[\s,]+/).filter(Boolean);
  return { access_token: accessToken, refresh_token: refreshToken ?? null, id_token: idToken ?? null, scope: granted, token_response: answer };
}

function tokensIn(state: AuthState, userKey: string): Tokens {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const [refreshToken, idToken] = [text(state.refresh_token), text(state.id_token)];
  const info = state[userKey];
  return {
    accessToken: text(state.access_token) ?? '',
    answer: isRecord(state.token_response) ? state.token_response : {},
    scope: Array.isArray(state.scope) ? state.scope.join(' ') : '',
    ...(refreshToken && { refreshToken }),
    ...(idToken && { idToken }),
    ...(isRecord(info) && { claims: info }),
  };
}

/** Milliseconds since 1970; of a token that was checked when it came. */
function expiryOf(idToken = ''): number {
  const claims = parsed(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : 0;
}

function subjectIn(state: AuthState | undefined, userKey: string): unknown {
  const info = state?.[userKey];
  return isRecord(info) ? (info.sub ?? info.id ?? info.login) : undefined;
}

async function orRefused<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof LoginRefusedError) return undefined;
    throw error;
  }
}
