import type { HubConfig } from '../../../config/schema.js';
import { LoginRefusedError } from '../../../errors.js';
import type { OAuthPreset, UserInfo } from '../preset.js';
import { isVerified } from '../verified-email.js';

type Traits = HubConfig['CILogonOAuthenticator'];
type IdentityProvider = Traits['idps'][string];

/** CILogon: the identity provider behind it decides what people are called, and whether they may come in. */
export function cilogon(traits: Traits): OAuthPreset {
  const { idps, skin } = traits;
  return {
    userKey: 'cilogon_user',
    vouchesForEmail: true,
    parameters: { selected_idp: selection(idps), ...(skin && { skin }) },
    namesByEmail: (userInfo) => idpOf(userInfo, traits).username_derivation.username_claim === 'email',
    nameOf: (userInfo) => nameOf(userInfo, idpOf(userInfo, traits)),
    requireWelcome: (userInfo) => void idpOf(userInfo, traits),
    allows: async ({ userInfo }) => {
      const idp = idpOf(userInfo, traits);
      return idp.allow_all || isOfAllowedDomain(userInfo, idp);
    },
  };
}

/** The default one comes first. */
function selection(idps: Traits['idps']): string {
  return Object.entries(idps)
    .toSorted(([, a], [, b]) => Number(b.default) - Number(a.default))
    .map(([id]) => id)
    .join(',');
}

/** The identity provider by which somebody came; an e-mail address says nothing of that. */
function idpOf({ idp, idp_name }: UserInfo, { idps, login_service }: Traits): IdentityProvider {
  if (typeof idp === 'string' && Object.hasOwn(idps, idp)) return idps[idp]!;
  const named = typeof idp_name === 'string' ? idp_name : String(idp ?? 'an identity provider without a name');
  throw new LoginRefusedError(`This hub is not for accounts of ${named.slice(0, 200)}: choose another one at ${login_service}.`);
}

function nameOf(userInfo: UserInfo, { username_derivation: derivation }: IdentityProvider): string | undefined {
  const claimed = userInfo[derivation.username_claim];
  if (typeof claimed !== 'string' || claimed === '') throw new LoginRefusedError('Your institution does not tell the hub what you are called.');
  if (derivation.action === 'prefix') return `${derivation.prefix}:${claimed}`;
  if (derivation.action !== 'strip_idp_domain') return claimed;
  const end = `@${derivation.domain}`.toLowerCase();
  return claimed.toLowerCase().endsWith(end) ? claimed.slice(0, -end.length) : claimed;
}

function isOfAllowedDomain(userInfo: UserInfo, { allowed_domains, allowed_domains_claim }: IdentityProvider): boolean {
  const claimed = userInfo[allowed_domains_claim];
  if (typeof claimed !== 'string' || claimed === '') return false;
  if (allowed_domains_claim === 'email' && isVerified(userInfo) === false) return false;
  const domain = claimed.split('@').at(-1)!.toLowerCase();
  return allowed_domains.some((pattern) => matches(pattern.toLowerCase(), domain));
}

/** `*` stands for anything, dots included, as in JupyterHub. */
function matches(pattern: string, domain: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(domain);
}
