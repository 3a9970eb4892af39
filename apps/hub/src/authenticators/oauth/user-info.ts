import { LoginRefusedError, UnavailableError } from '../../errors.js';
import type { OAuthTraits } from './oauth-traits.js';
import type { OAuthPreset, UserInfo } from './preset.js';
import { isRecord, type ProviderApi } from './provider-api.js';
import type { ProviderClient, Tokens } from './provider-client.js';
import { requireVerifiedEmail } from './verified-email.js';

interface Tools {
  traits: OAuthTraits;
  client: ProviderClient;
  api: ProviderApi;
}

/**
 * What the provider tells of somebody: in the ID token, whose signature was checked, or where the access token is good for it.
 * @throws LoginRefusedError when the token is not good any more, or when it tells nothing, or of somebody else; UnavailableError
 */
export async function userInfoOf({ accessToken, claims }: Tokens, { traits, client, api }: Tools, signal?: AbortSignal): Promise<UserInfo> {
  const { userdata_from_id_token, userdata_params, userdata_token_method: method, login_service } = traits;
  if (userdata_from_id_token) return { ...claims };
  const address = await client.userdataUrl();
  if (!address) throw new UnavailableError(`cannot log in through ${login_service}: because it does not tell where it tells who somebody is`);
  const url = new URL(address);
  for (const [name, value] of Object.entries(userdata_params)) url.searchParams.set(name, value);
  const { status, json } = await api.get(url.href, accessToken, { method, ...(signal && { signal }) });
  if (status >= 400) throw new LoginRefusedError(`${login_service} does not tell the hub who you are (${status}).`);
  if (!isRecord(json)) throw new LoginRefusedError(`${login_service} does not tell the hub who you are.`, { cause: new Error(`it answered ${status} without a JSON object`) });
  // OpenID Connect Core 5.3.2
  if (claims && json.sub !== undefined && json.sub !== claims.sub) throw new LoginRefusedError(`${login_service} tells of two different people, so you were not logged in.`);
  return json;
}

/**
 * The name by which the hub is to know somebody.
 * @throws LoginRefusedError when there is none, or none to rely on
 */
export async function nameOf(userInfo: UserInfo, traits: OAuthTraits, preset: OAuthPreset): Promise<string> {
  const { username_claim: claim, login_service } = traits;
  const named = preset.nameOf?.(userInfo) ?? (typeof claim === 'function' ? await claim(userInfo) : userInfo[claim]);
  const name = typeof named === 'number' ? String(named) : named;
  if (typeof name !== 'string' || name === '') {
    const cause = new Error(`username_claim finds nothing in ${Object.keys(userInfo).join(', ')}`);
    throw new LoginRefusedError(`${login_service} does not tell the hub what you are called.`, { cause });
  }
  const isEmail = typeof claim === 'function' ? name === userInfo.email : claim === 'email' || preset.namesByEmail?.(userInfo);
  if (isEmail) requireVerifiedEmail(userInfo, traits, preset.vouchesForEmail);
  return name;
}
