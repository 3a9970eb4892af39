import { OAUTH_CLASSES, OAUTH_PRESETS, type OAuthDriverName, type OAuthPresetName } from '../../config/oauth-classes.js';
import type { HubConfig } from '../../config/schema.js';
import type { AccountSettings } from '../system-accounts.js';
import { OAuthAuthenticator } from './oauth-authenticator.js';
import type { OAuthTraits } from './oauth-traits.js';
import type { OAuthPreset, PresetTools } from './preset.js';
import { azuread } from './presets/azuread.js';
import { bitbucket } from './presets/bitbucket.js';
import { cilogon } from './presets/cilogon.js';
import { github } from './presets/github.js';
import { gitlab } from './presets/gitlab.js';
import { globus } from './presets/globus.js';
import { google } from './presets/google.js';
import { openshift } from './presets/openshift.js';

type Presets = { [N in OAuthPresetName]: (traits: HubConfig[(typeof OAUTH_PRESETS)[N]], tools: PresetTools) => OAuthPreset };

const PRESETS: Presets = {
  'generic-oauth': () => ({ userKey: 'oauth_user' }),
  auth0: () => ({ userKey: 'auth0_user' }),
  azuread,
  bitbucket,
  cilogon,
  github,
  gitlab,
  globus,
  google,
  openshift,
};

/** The drivers of all providers, each with a twin for people with an account on this machine. */
export const OAUTH_DRIVERS = Object.fromEntries(
  (Object.keys(OAUTH_CLASSES) as OAuthDriverName[]).map((name) => [name, (config: HubConfig) => driver(name, config)]),
) as Record<OAuthDriverName, (config: HubConfig) => OAuthAuthenticator>;

function driver(name: OAuthDriverName, config: HubConfig): OAuthAuthenticator {
  const traits = config[OAUTH_CLASSES[name]] as OAuthTraits;
  const isLocal = name.startsWith('local-');
  const preset = PRESETS[name.replace(/^local-/, '') as OAuthPresetName] as (traits: OAuthTraits, tools: PresetTools) => OAuthPreset;
  return new OAuthAuthenticator(config, traits, (tools) => preset(traits, tools), isLocal ? (traits as unknown as AccountSettings) : undefined);
}
