import { Logger } from '@nestjs/common';
import type { HubConfig } from '../../../config/schema.js';
import type { KnownLogin, OAuthPreset, PresetTools, ProviderLogin, UserInfo } from '../preset.js';
import { isRecord, nextLink, type ProviderApi } from '../provider-api.js';

type Traits = HubConfig['GitHubOAuthenticator'];

const log = new Logger('login');

/** GitHub and GitHub Enterprise Server: organizations and teams. */
export function github(traits: Traits, { api }: PresetTools): OAuthPreset {
  return {
    userKey: 'github_user',
    vouchesForEmail: true,
    learn: async (login) => {
      await addPrivateEmail(login, traits, api);
      return teamsOf(login, traits, api);
    },
    allows: (login) => isMemberOfAny(login, traits, api),
  };
}

/** An address that is not public is told to those who may ask for it. */
async function addPrivateEmail({ userInfo, tokens, signal }: ProviderLogin, { github_api }: Traits, api: ProviderApi): Promise<void> {
  const granted = (tokens.scope ?? '').split(/[\s,]+/);
  if (userInfo.email || !granted.some((scope) => scope === 'user' || scope === 'user:email')) return;
  const { json } = await api.get(`${github_api}/user/emails`, tokens.accessToken, { signal });
  const addresses = (Array.isArray(json) ? json : []).filter(isRecord);
  const primary = addresses.find(({ primary, verified }) => primary === true && verified === true);
  if (primary) userInfo.email = primary.email;
}

async function teamsOf({ tokens, signal }: ProviderLogin, traits: Traits, api: ProviderApi): Promise<{ teams?: unknown[] }> {
  if (!traits.populate_teams_in_auth_state) return {};
  if (!traits.scope.includes('read:org')) {
    log.warn('GitHubOAuthenticator.populate_teams_in_auth_state has no effect: GitHubOAuthenticator.scope has to have read:org');
    return {};
  }
  const pages = await api.pages(`${traits.github_api}/user/teams?per_page=100`, tokens.accessToken, nextLink, signal);
  return { teams: pages.flat() };
}

async function isMemberOfAny({ userInfo, accessToken }: KnownLogin, traits: Traits, api: ProviderApi): Promise<boolean> {
  for (const place of traits.allowed_organizations) {
    const url = `${traits.github_api}/orgs/${membersPath(place)}/members/${segment(loginOf(userInfo))}`;
    // a redirect means that whoever asks is no member themselves
    if ((await api.get(url, accessToken)).status === 204) return true;
  }
  return false;
}

/** By the name at GitHub: the one here may be another. */
const loginOf = ({ login }: UserInfo) => String(login);

function membersPath(place: string): string {
  const [organization = '', team] = place.split(':');
  return team === undefined ? segment(organization) : `${segment(organization)}/teams/${segment(team)}`;
}

const segment = (text: string) => encodeURIComponent(text.trim());
