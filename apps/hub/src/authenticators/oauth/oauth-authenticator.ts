import { isLetIn, isListed, type Spelling } from '../account-names.js';
import type { HubConfig } from '../../config/schema.js';
import type { Authenticator, AuthModel, ExternalLogin, KnownUser, Remembered } from '../authenticator.js';
import { InTurn } from '../in-turn.js';
import { isMember } from '../machine.js';
import { type AccountSettings, ensureAccount } from '../system-accounts.js';
import { LimitReachedError, LoginRefusedError, UnavailableError } from '../../errors.js';
import { OAuthLogin } from './oauth-login.js';
import type { OAuthTraits } from './oauth-traits.js';
import { knownLogin, type OAuthPreset, type PresetTools } from './preset.js';
import { ProviderApi } from './provider-api.js';
import { type Begun, ProviderClient } from './provider-client.js';
import { connectionOf, providerFetch } from './provider-fetch.js';
import { oauthWarnings } from './warnings.js';

/** Logins that are finished, or looked at again, at a time; each asks the provider a few things. */
const MOST_AT_A_TIME = 50;

/** What is peculiar to a provider, made once there is something to ask it by. */
export type MakePreset = (tools: PresetTools) => OAuthPreset;

/** People who log in at an OAuth 2 or OpenID provider (reference hub-behaviour 4.5). */
export class OAuthAuthenticator implements Authenticator {
  readonly hasForm = false;
  readonly tellsGroups = true;
  readonly external: ExternalLogin;
  /** Only with accounts of this machine: makes sure that somebody has one. */
  readonly addUser?: (name: string) => Promise<void>;
  readonly #preset: OAuthPreset;
  readonly #client: ProviderClient;
  readonly #login: OAuthLogin;
  readonly #turns = new InTurn(MOST_AT_A_TIME);
  readonly #refreshTurns = new InTurn(MOST_AT_A_TIME);

  /**
   * @param config the whole of it, of which `traits` are those of the provider
   * @param accounts how accounts of this machine are made, for people who are to have one
   * @throws StartupError for a certificate that cannot be read
   */
  constructor(
    private readonly config: HubConfig,
    private readonly traits: OAuthTraits,
    makePreset: MakePreset,
    private readonly accounts?: AccountSettings,
  ) {
    const fetch = providerFetch(connectionOf(traits));
    const api = new ProviderApi(fetch);
    this.#preset = makePreset({ api, fetch });
    this.#client = new ProviderClient(traits, fetch, this.#preset);
    this.#login = new OAuthLogin(traits, this.#preset, this.#client, api);
    this.external = this.#external();
    if (accounts) this.addUser = (name) => ensureAccount(name, accounts);
  }

  /** There is no form whose password could be checked. */
  authenticate(): Promise<AuthModel | undefined> {
    return Promise.resolve(undefined);
  }

  warnings(): string[] {
    return oauthWarnings(this.traits);
  }

  /** Who somebody is, and by which institution they came, counts before every list of those who may come in. */
  blocks(model: AuthModel): Promise<boolean> {
    this.#preset.requireWelcome?.(knownLogin(model, this.#preset.userKey).userInfo);
    return Promise.resolve(false);
  }

  async allows(model: AuthModel): Promise<boolean> {
    const { admin_users, allowed_groups } = this.traits;
    const login = knownLogin(model, this.#preset.userKey);
    return (
      isListed(admin_users, model.name, this.#spelling) ||
      this.#hasAllowedScopes(model) ||
      allowed_groups.some((group) => model.groups?.includes(group)) ||
      (await this.isAdmin(model)) === true ||
      (this.accounts !== undefined && allowed_groups.length > 0 && (await isMember('LocalAuthenticator.allowed_groups', allowed_groups, model.name))) ||
      ((await this.#preset.allows?.(login)) ?? false)
    );
  }

  async isAdmin(model: AuthModel): Promise<boolean | undefined> {
    const { admin_users, admin_groups } = this.traits;
    const byProvider = this.#preset.isAdmin?.(knownLogin(model, this.#preset.userKey).userInfo);
    if (isListed(admin_users, model.name, this.#spelling)) return true;
    // groups that the provider did not tell take nothing away
    if (admin_groups.length === 0 || !model.groups) return byProvider;
    return byProvider === true || admin_groups.some((group) => model.groups?.includes(group));
  }

  async refresh(user: KnownUser, signal: AbortSignal): Promise<boolean | AuthModel> {
    const { enable_auth_state, refresh_user_hook } = this.traits;
    if (!enable_auth_state) return true;
    const decided = await refresh_user_hook?.(user);
    if (decided !== undefined && decided !== null) return decided;
    const renewed = await this.#renewed(user, signal);
    const model = renewed && { ...renewed, name: user.name };
    if (!model || !(await this.#isStillWelcome(model))) return false;
    const admin = await this.isAdmin(model);
    return { ...model, ...(admin !== undefined && { admin }) };
  }

  get #spelling(): Spelling {
    return { config: this.config, authenticator: {} };
  }

  /** When everybody comes at once, as after a start of the hub, some are looked at later. */
  async #renewed(user: KnownUser, signal: AbortSignal): Promise<AuthModel | undefined> {
    try {
      return await this.#refreshTurns.run(() => this.#login.renewed(user, signal));
    } catch (error) {
      if (!(error instanceof LimitReachedError)) throw error;
      throw new UnavailableError(`cannot ask ${this.traits.login_service}: because very many are being asked for`, { cause: error });
    }
  }

  #external(): ExternalLogin {
    const { login_service, oauth_callback_url, logout_redirect_url, custom_403_message } = this.traits;
    const { forget } = this.#preset;
    return {
      service: login_service,
      callbackUrl: oauth_callback_url,
      logoutUrl: logout_redirect_url,
      refusal: custom_403_message,
      begin: async (callbackUrl) => {
        const { url, begun } = await this.#client.begin(callbackUrl, this.#preset.parameters ?? {});
        return { url, state: begun.state, remembered: { ...begun } };
      },
      finish: (...about) => this.#turns.run(() => this.#finish(...about)),
      ...(forget && { forget: ({ authState }: KnownUser) => (authState ? forget(authState) : Promise.resolve()) }),
    };
  }

  async #finish(callbackUrl: string, query: URLSearchParams, remembered: Remembered, signal: AbortSignal): Promise<AuthModel> {
    const tokens = await this.#client.exchange(callbackUrl, query, remembered as unknown as Begun);
    return this.#login.modelOf(tokens, signal);
  }

  #hasAllowedScopes({ authState }: AuthModel): boolean {
    const { allowed_scopes } = this.traits;
    const granted = Array.isArray(authState?.scope) ? authState.scope : [];
    return allowed_scopes.length > 0 && allowed_scopes.every((scope) => granted.includes(scope));
  }

  /** What was true at the login may not be any more: somebody has left an organization, say. */
  async #isStillWelcome(model: AuthModel): Promise<boolean> {
    try {
      if (isListed(this.traits.blocked_users, model.name, this.#spelling) || (await this.blocks(model))) return false;
    } catch (error) {
      if (error instanceof LoginRefusedError) return false;
      throw error;
    }
    return (await isLetIn(model.name, this.#spelling, () => Promise.resolve(true))) || this.allows(model);
  }
}
