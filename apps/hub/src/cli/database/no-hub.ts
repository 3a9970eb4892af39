import { HubApiError, HubClient, HubUnreachableError } from '#hub-client';
import type { HubConfig } from '../../config/schema.js';
import { hubUrls, localApiUrl } from '../../config/urls.js';
import { ConflictError } from '../../errors.js';

/**
 * Sees that no hub, Elara or JupyterHub, serves with this config: what it keeps in memory would not go with what is changed below it.
 * @param what that would be, for the message
 * @throws ConflictError when one answers
 */
export async function requireNoHub(config: HubConfig, what: string): Promise<void> {
  const apiUrl = localApiUrl(hubUrls(config), config.JupyterHub);
  const version = await new HubClient({ apiUrl }).version().then(
    (answer) => answer.version,
    (error: unknown) => {
      if (error instanceof HubUnreachableError) return undefined;
      if (error instanceof HubApiError) return 'that does not tell its version';
      throw error;
    },
  );
  if (version !== undefined) throw new ConflictError(`cannot ${what}: because a hub (${version}) answers at ${apiUrl}; stop it first`);
}
