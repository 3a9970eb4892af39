import type { HubConfig } from '../../../config/schema.js';
import type { OAuthPreset, PresetTools } from '../preset.js';
import { isRecord } from '../provider-api.js';

type Traits = HubConfig['BitbucketOAuthenticator'];

/** Bitbucket Cloud: workspaces, which were once called teams. */
export function bitbucket(traits: Traits, { api }: PresetTools): OAuthPreset {
  // where JupyterHub asks, `/2.0/workspaces`, there is nothing any more (Atlassian's CHANGE-2770)
  const url = new URL('/2.0/user/workspaces?pagelen=100', traits.userdata_url).href;
  return {
    userKey: 'bitbucket_user',
    learn: async ({ tokens, signal }) => {
      if (traits.allowed_teams.length === 0 && !traits.manage_groups) return { user_teams: [] };
      const pages = await api.pages(url, tokens.accessToken, nextOf, signal);
      return { user_teams: pages.flatMap(slugsOf) };
    },
    allows: async ({ authState: { user_teams: teams } }) => Array.isArray(teams) && traits.allowed_teams.some((team) => teams.includes(team)),
  };
}

const nextOf = ({ json }: { json: unknown }) => (isRecord(json) && typeof json.next === 'string' ? json.next : undefined);

/** What stands in the address of a workspace. Its name is no good: anybody may call theirs the same. */
function slugsOf(page: unknown): string[] {
  const values = isRecord(page) && Array.isArray(page.values) ? page.values.filter(isRecord) : [];
  return values.flatMap((entry) => {
    const { slug } = isRecord(entry.workspace) ? entry.workspace : entry;
    return typeof slug === 'string' ? [slug] : [];
  });
}
