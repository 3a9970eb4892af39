import { isRecord } from './provider-api.js';
import type { OAuthTraits } from './oauth-traits.js';

/** What an operator should know or mend before people come. */
export function oauthWarnings(traits: OAuthTraits): string[] {
  const warnings: [isSo: boolean, warning: string][] = [
    [!allowsAnybody(traits), 'No allow config found, it is possible that nobody can log in: set OAuthenticator.allow_all or say who may, e.g. in OAuthenticator.allowed_users'],
    [!traits.validate_server_cert, 'OAuthenticator.validate_server_cert is false: somebody between here and the provider could log in as anybody'],
    [traits.allow_unverified_email, 'OAuthenticator.allow_unverified_email is true: who can enter the address of somebody else at the provider may be them here'],
    [traits.userdata_token_method === 'url', 'OAuthenticator.userdata_token_method is url: tokens will stand in logs of the provider'],
    [!traits.enable_pkce, 'OAuthenticator.enable_pkce is false: a code that somebody gets hold of can be used by them'],
    ['tenant_id' in traits && traits.username_claim === 'name', 'AzureAdOAuthenticator.username_claim is name: people can change it, and several may have the same; preferred_username and oid are better'],
    [traits.manage_groups && traits.auth_state_groups_key === '', 'Authenticator.manage_groups is true and OAuthenticator.auth_state_groups_key is not set: nobody is in any group'],
  ];
  return warnings.filter(([isSo]) => isSo).map(([, warning]) => warning);
}

function allowsAnybody(traits: OAuthTraits): boolean {
  const { allow_all, allow_existing_users, admin_users, admin_groups, idps } = traits;
  const lists = Object.entries(traits).filter(([key]) => /^(allowed|admin)_/.test(key) && key !== 'admin_groups');
  const byProvider = isRecord(idps) && Object.values(idps).some((idp) => isRecord(idp) && (idp.allow_all === true || sizeOf(idp.allowed_domains) > 0));
  return allow_all || allow_existing_users || admin_users.length + admin_groups.length > 0 || byProvider || lists.some(([, list]) => sizeOf(list) > 0);
}

const sizeOf = (value: unknown): number => Object.keys(Object(value)).length;
