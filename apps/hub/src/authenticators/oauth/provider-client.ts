import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import type { OAuthTraits } from './oauth-traits.js';
import { providerConfiguration, type ProviderPlace } from './provider-configuration.js';
import { descriptionError, providerError } from './provider-errors.js';
import type { ProviderFetch } from './provider-fetch.js';
import { asGiven } from './token-answer.js';

/** What the browser keeps between the way to the provider and the way back. */
export interface Begun {
  state: string;
  nonce?: string;
  verifier?: string;
}

export interface Tokens {
  accessToken: string;
  refreshToken?: string;
  idToken?: string;
  /** What was granted, as the provider says it; undefined when it does not say. */
  scope?: string;
  /** All of the answer. */
  answer: Record<string, unknown>;
  /** What the ID token says, once its signature, issuer, audience, times and nonce were checked. */
  claims?: Record<string, unknown>;
}

type GrantAnswer = TokenEndpointResponse & TokenEndpointResponseHelpers;

/**
 * One provider, as openid-client speaks to it: where everything is, and what its tokens are worth. The library is loaded with the first
 * login, since most hubs need neither its 7 MB nor its time at the start.
 */
export class ProviderClient {
  #made?: Promise<Configuration>;

  constructor(
    private readonly traits: OAuthTraits,
    private readonly fetch: ProviderFetch,
    private readonly place: ProviderPlace = {},
  ) {}

  /** Whether the provider tells by signature who somebody is: it is known by whose keys, and is asked to. */
  get verifies(): boolean {
    const { issuer, scope, userdata_from_id_token } = this.traits;
    return userdata_from_id_token || ((issuer !== '' || this.#signs) && scope.includes('openid'));
  }

  /** @throws UnavailableError when the provider cannot be asked where people are to be sent */
  async begin(callbackUrl: string, parameters: Record<string, string>): Promise<{ url: string; begun: Begun }> {
    const { scope, extra_authorize_params, enable_pkce } = this.traits;
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState } = await import('openid-client');
    const begun = { state: randomState(), ...(this.verifies && { nonce: randomNonce() }), ...(enable_pkce && { verifier: randomPKCECodeVerifier() }) };
    const { state, nonce, verifier } = begun;
    const url = buildAuthorizationUrl(await this.#configuration(), {
      ...parameters,
      ...extra_authorize_params,
      redirect_uri: callbackUrl,
      ...(scope.length > 0 && { scope: scope.join(' ') }),
      state,
      ...(nonce && { nonce }),
      ...(verifier && { code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
    });
    return { url: url.href, begun };
  }

  /**
   * Exchanges the code for tokens, and checks them.
   * @param query what the provider sent the browser back with
   * @throws LoginRefusedError, UnavailableError
   */
  async exchange(callbackUrl: string, query: URLSearchParams, { state, nonce, verifier }: Begun): Promise<Tokens> {
    const config = await this.#configuration();
    const url = new URL(callbackUrl);
    url.search = query.toString();
    // whose it is can only be compared where that is known
    if (!this.traits.issuer && !this.#signs) url.searchParams.delete('iss');
    const checks = { expectedState: state, idTokenExpected: this.verifies, ...(nonce && { expectedNonce: nonce }), ...(verifier && { pkceCodeVerifier: verifier }) };
    const { authorizationCodeGrant } = await import('openid-client');
    return this.#grant(() => authorizationCodeGrant(config, url, checks, this.traits.token_params));
  }

  /** @throws LoginRefusedError when the provider does not take the token any more, UnavailableError */
  async refresh(refreshToken: string): Promise<Tokens> {
    const config = await this.#configuration();
    const { refreshTokenGrant } = await import('openid-client');
    return this.#grant(() => refreshTokenGrant(config, refreshToken, this.traits.token_params));
  }

  /** Where the provider tells who somebody is. @throws UnavailableError */
  async userdataUrl(): Promise<string | undefined> {
    return this.traits.userdata_url || (await this.#configuration()).serverMetadata().userinfo_endpoint;
  }

  get #signs(): boolean {
    return this.place.metadataUrl?.endsWith('openid-configuration') ?? false;
  }

  async #grant(ask: () => Promise<GrantAnswer>): Promise<Tokens> {
    let answer: GrantAnswer;
    try {
      answer = await ask();
    } catch (error) {
      throw providerError(error, this.traits.login_service);
    }
    const given = asGiven(answer);
    const { access_token: accessToken, refresh_token: refreshToken, scope } = answer;
    const idToken = given.id_token as string | undefined;
    const claims = answer.claims();
    return { accessToken, answer: given, ...(refreshToken && { refreshToken }), ...(idToken && { idToken }), ...(scope !== undefined && { scope }), ...(claims && { claims }) };
  }

  /** Asked for with the first login, and kept; after a failure the next login asks again. */
  #configuration(): Promise<Configuration> {
    this.#made ??= providerConfiguration(this.traits, this.fetch, { ...this.place, verifies: this.verifies }).catch((error: unknown) => {
      this.#made = undefined;
      throw descriptionError(error, this.traits.login_service);
    });
    return this.#made;
  }
}
