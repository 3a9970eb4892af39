import type { HubConfig } from '../../../config/schema.js';
import { LoginRefusedError } from '../../../errors.js';
import type { OAuthPreset, PresetTools, UserInfo } from '../preset.js';
import { requireVerifiedEmail } from '../verified-email.js';
import { googleGroups } from './google-groups.js';

type Traits = HubConfig['GoogleOAuthenticator'];

/** Google: organizations by the claim `hd`, and groups that a service account may read. */
export function google(traits: Traits, tools: PresetTools): OAuthPreset {
  return {
    userKey: 'google_user',
    nameOf: (userInfo) => nameOf(userInfo, traits),
    requireWelcome: (userInfo) => {
      // groups go by addresses, whatever names go by
      requireVerifiedEmail(userInfo, traits);
      requireOrganization(userInfo, traits);
    },
    learn: async ({ userInfo, signal }) => {
      const domain = organizationOf(userInfo);
      if (asksForGroups(traits, domain)) userInfo.google_groups = await googleGroups(String(userInfo.email), domain, traits, tools.fetch, signal);
      return {};
    },
    allows: async ({ userInfo }) => {
      const domain = organizationOf(userInfo);
      return (domain !== '' && traits.allowed_hosted_domains.includes(domain)) || isIn(userInfo, traits.allowed_google_groups);
    },
    isAdmin: (userInfo) => (Object.keys(traits.admin_google_groups).length > 0 ? isIn(userInfo, traits.admin_google_groups) : undefined),
  };
}

/** The organization to which an account belongs, as Google says it; the domain of an e-mail address says nothing of that. */
const organizationOf = ({ hd }: UserInfo) => (typeof hd === 'string' ? hd.toLowerCase() : '');

function requireOrganization(userInfo: UserInfo, { hosted_domain, login_service }: Traits): void {
  const domain = organizationOf(userInfo);
  if (hosted_domain.length === 0 || hosted_domain.includes(domain)) return;
  const whose = domain === '' ? 'accounts that belong to no organization' : `accounts of ${domain}`;
  throw new LoginRefusedError(`This hub is not for ${whose}: choose an account of ${hosted_domain.join(' or ')} at ${login_service}.`);
}

function nameOf(userInfo: UserInfo, { username_claim, strip_domain, hosted_domain }: Traits): string | undefined {
  if (typeof username_claim === 'function') return undefined;
  const name = userInfo[username_claim];
  if (typeof name !== 'string' || !strip_domain) return undefined;
  const [, local, domain] = /^(.+)@([^@]+)$/.exec(name) ?? [];
  return domain !== undefined && hosted_domain.includes(domain.toLowerCase()) ? local : undefined;
}

function asksForGroups(traits: Traits, domain: string): boolean {
  const { allowed_google_groups, admin_google_groups, manage_groups, google_service_account_keys } = traits;
  const hasKey = Object.hasOwn(google_service_account_keys, domain);
  return hasKey && (manage_groups || Object.hasOwn(allowed_google_groups, domain) || Object.hasOwn(admin_google_groups, domain));
}

function isIn(userInfo: UserInfo, groups: Readonly<Record<string, readonly string[]>>): boolean {
  const domain = organizationOf(userInfo);
  const wanted = Object.hasOwn(groups, domain) ? groups[domain]! : [];
  const found = Array.isArray(userInfo.google_groups) ? userInfo.google_groups : [];
  return wanted.some((group) => found.includes(group));
}
