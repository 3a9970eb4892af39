import type { HubConfig } from '../../../config/schema.js';
import type { OAuthPreset } from '../preset.js';
import { isRecord } from '../provider-api.js';

type Traits = HubConfig['OpenShiftOAuthenticator'];

/** OpenShift: its OAuth server is told by the cluster. */
export function openshift({ openshift_url, openshift_auth_api_url, username_claim }: Traits): OAuthPreset {
  return {
    userKey: 'openshift_user',
    metadataUrl: openshift_auth_api_url ? undefined : `${openshift_url}/.well-known/oauth-authorization-server`,
    nameOf: ({ metadata }) => {
      const name = typeof username_claim === 'string' && isRecord(metadata) ? metadata[username_claim] : undefined;
      return typeof name === 'string' ? name : undefined;
    },
  };
}
