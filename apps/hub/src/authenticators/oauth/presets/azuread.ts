import { Logger } from '@nestjs/common';
import type { HubConfig } from '../../../config/schema.js';
import type { OAuthPreset, UserInfo } from '../preset.js';
import { isRecord } from '../provider-api.js';

type Traits = HubConfig['AzureAdOAuthenticator'];

const log = new Logger('login');
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Microsoft Entra ID: one tenant, identities from ID tokens. */
export function azuread(traits: Traits): OAuthPreset {
  const { tenant_id, graph_url, issuer, token_url } = traits;
  const version = token_url.includes('/v2.0/') ? '/v2.0' : '';
  const tenant = `${graph_url.replace(/\/+$/, '')}/${encodeURIComponent(tenant_id)}`;
  return {
    userKey: 'user',
    vouchesForEmail: true,
    metadataUrl: issuer ? undefined : `${tenant}${version}/.well-known/openid-configuration`,
    isIssuer: (found) => issuer !== '' || !GUID.test(tenant_id) || found.toLowerCase().includes(tenant_id.toLowerCase()),
    tellsGroupsOf,
  };
}

/** Of somebody with very many groups it says only where to ask for them. */
function tellsGroupsOf({ _claim_names: elsewhere, hasgroups }: UserInfo): boolean {
  const isOverage = (isRecord(elsewhere) && 'groups' in elsewhere) || hasgroups === true || hasgroups === 'true';
  if (isOverage) log.warn('Microsoft Entra ID does not tell the groups of somebody who has too many: have it send groups assigned to the application only');
  return !isOverage;
}
