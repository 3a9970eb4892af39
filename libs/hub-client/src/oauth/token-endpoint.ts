import { withDeadline } from '../deadline.js';
import { HubApiError } from '../errors.js';
import type { HubOAuthSettings } from './settings.js';

const TIMEOUT_MS = 20_000;

/**
 * Swaps an authorization code for an access token (reference: REST API 5.4).
 *
 * @throws HubApiError with the OAuth error's name when the hub refuses; whatever fetch throws when it cannot be asked
 */
export async function exchangeCode(settings: HubOAuthSettings, code: string, verifier: string): Promise<string> {
  const { apiUrl, apiToken, callbackUrl, clientId } = settings;
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: apiToken,
    grant_type: 'authorization_code',
    code,
    redirect_uri: callbackUrl,
    code_verifier: verifier,
  });
  const headers = { Authorization: `token ${apiToken}`, Accept: 'application/json' };
  return withDeadline(TIMEOUT_MS, undefined, async (signal) => {
    const response = await fetch(`${apiUrl.replace(/\/+$/, '')}/oauth2/token`, { method: 'POST', headers, body, signal });
    const answer = (await response.json()) as { access_token?: string; error?: string };
    if (response.ok && answer.access_token) return answer.access_token;
    throw new HubApiError(response.status, answer.error ?? 'no access token in the answer', 'POST /oauth2/token');
  });
}
