import type { HubConfig } from '../../../config/schema.js';
import type { KnownLogin, OAuthPreset, PresetTools } from '../preset.js';
import { isRecord, type ProviderApi } from '../provider-api.js';

type Traits = HubConfig['GitLabOAuthenticator'];

/** https://docs.gitlab.com/api/members/ */
const DEVELOPER = 30;
const LOWEST = 1;

/** GitLab: members of groups, and developers of projects. */
export function gitlab(traits: Traits, { api }: PresetTools): OAuthPreset {
  const places = [
    ...traits.allowed_gitlab_groups.map((group) => ({ path: `groups/${encodeURIComponent(group)}`, level: LOWEST })),
    ...traits.allowed_project_ids.map((project) => ({ path: `projects/${encodeURIComponent(project)}`, level: DEVELOPER })),
  ];
  return {
    userKey: 'gitlab_user',
    vouchesForEmail: true,
    allows: async (login) => {
      for (const place of places) if (await isMember(login, place, traits, api)) return true;
      return false;
    },
  };
}

interface Place {
  path: string;
  level: number;
}

/** Asks for this very member, inherited membership included; to see a group is not to be in it. */
async function isMember({ userInfo, accessToken }: KnownLogin, { path, level }: Place, { gitlab_api }: Traits, api: ProviderApi): Promise<boolean> {
  const { id } = userInfo;
  if (!Number.isSafeInteger(id)) return false;
  const { status, json } = await api.get(`${gitlab_api}/${path}/members/all/${String(id)}`, accessToken);
  if (status !== 200 || !isRecord(json) || json.id !== id) return false;
  const isActive = json.state === undefined || json.state === 'active';
  return isActive && typeof json.access_level === 'number' && json.access_level >= level;
}
