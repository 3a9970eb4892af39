import { Logger } from '@nestjs/common';
import type { HubConfig } from '../../../config/schema.js';
import { LoginRefusedError, messageOf, UnavailableError } from '../../../errors.js';
import { basicCredentials } from '../basic-credentials.js';
import type { AuthState, OAuthPreset, PresetTools, ProviderLogin, UserInfo } from '../preset.js';
import { isRecord } from '../provider-api.js';

type Traits = HubConfig['GlobusOAuthenticator'];

const log = new Logger('login');
const GROUPS_SERVER = 'groups.api.globus.org';

/** Globus: the institution behind an account, groups, and a token for each service. */
export function globus(traits: Traits, { api, fetch }: PresetTools): OAuthPreset {
  return {
    userKey: 'globus_user',
    vouchesForEmail: true,
    namesByEmail: () => traits.username_from_email,
    nameOf: (userInfo) => nameOf(userInfo, traits),
    requireWelcome: (userInfo) => requireInstitution(userInfo, traits),
    learn: async (login) => {
      const tokens = tokensByServer(login);
      const groupsToken = tokens[GROUPS_SERVER]?.access_token;
      if (asksForGroups(traits)) login.userInfo.globus_groups = await groupsOf(groupsToken, login, traits, { api, fetch });
      return { client_id: traits.client_id, tokens: without(tokens, traits.exclude_tokens) };
    },
    allows: async ({ userInfo }) => isIn(userInfo, traits.allowed_globus_groups),
    isAdmin: (userInfo) => (traits.admin_globus_groups.length > 0 ? isIn(userInfo, traits.admin_globus_groups) : undefined),
    forget: async (state) => {
      if (traits.revoke_tokens_on_logout) await revoke(state, traits, fetch);
    },
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const domainOf = (name: string): string => name.slice(name.indexOf('@') + 1).toLowerCase();

function nameOf(userInfo: UserInfo, { username_from_email, username_claim }: Traits): string | undefined {
  if (username_from_email) return textOf(userInfo.email).split('@')[0] || undefined;
  if (typeof username_claim === 'function') return undefined;
  return textOf(userInfo[username_claim]).split('@')[0] || undefined;
}

/** The domain of `preferred_username` is that of the institution (or, in Globus's words, of the identity provider). */
function requireInstitution(userInfo: UserInfo, { identity_provider, username_from_email }: Traits): void {
  if (!identity_provider) return;
  const claims = ['preferred_username', ...(username_from_email ? ['email'] : [])];
  if (claims.every((claim) => textOf(userInfo[claim]).includes('@') && domainOf(textOf(userInfo[claim])) === identity_provider.toLowerCase())) return;
  throw new LoginRefusedError(`This hub is for accounts of ${identity_provider}: link yours at app.globus.org/account.`);
}

interface ServiceToken {
  access_token: string;
  refresh_token?: string;
}

/** Globus answers with a token for each service: https://docs.globus.org/api/auth/reference/ */
function tokensByServer({ tokens: { answer } }: ProviderLogin): Record<string, ServiceToken> {
  const others = Array.isArray(answer.other_tokens) ? answer.other_tokens : [];
  const all = [answer, ...others].filter(isRecord);
  return Object.fromEntries(
    all
      .filter(({ resource_server, access_token }) => typeof resource_server === 'string' && typeof access_token === 'string')
      .map(({ other_tokens, id_token, ...token }) => [token.resource_server, token]),
  ) as Record<string, ServiceToken>;
}

const without = (tokens: Record<string, ServiceToken>, excluded: readonly string[]) => Object.fromEntries(Object.entries(tokens).filter(([server]) => !excluded.includes(server)));

const asksForGroups = (traits: Traits) => traits.manage_groups || traits.allowed_globus_groups.length + traits.admin_globus_groups.length > 0;

/** Ids of the groups of which somebody is an active member. */
async function groupsOf(token: string | undefined, { signal }: ProviderLogin, { globus_groups_url }: Traits, { api }: PresetTools): Promise<string[]> {
  if (token === undefined) return [];
  const { status, json } = await api.get(globus_groups_url, token, { signal });
  if (status !== 200 || !Array.isArray(json)) throw new UnavailableError(`cannot ask ${new URL(globus_groups_url).host} for groups: because it answered ${status}`);
  return json.filter(isRecord).filter(isActive).map(({ id }) => String(id));
}

function isActive({ my_memberships: memberships }: Record<string, unknown>): boolean {
  return !Array.isArray(memberships) || memberships.filter(isRecord).some(({ status }) => status === 'active');
}

function isIn({ globus_groups: found }: UserInfo, groups: readonly string[]): boolean {
  return Array.isArray(found) && groups.some((group) => found.includes(group));
}

/** RFC 7009, for each token of each service. */
async function revoke({ tokens }: AuthState, traits: Traits, fetch: PresetTools['fetch']): Promise<void> {
  const services = isRecord(tokens) ? Object.values(tokens).filter(isRecord) : [];
  const all = services.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]).filter((token) => typeof token === 'string');
  const authorization = basicCredentials(traits);
  for (const token of all) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    try {
      await fetch(traits.revocation_url, { method: 'POST', headers, body: new URLSearchParams({ token }) });
    } catch (error) {
      log.warn(`Cannot revoke a token at Globus: ${messageOf(error)}`);
    }
  }
}
