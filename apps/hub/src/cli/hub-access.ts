import { HubApiError, HubClient, HubUnreachableError } from '#hub-client';
import type { HubConfig } from '../config/schema.js';
import { hubUrls, localApiUrl } from '../config/urls.js';
import { NotAllowedError, NotFoundError, UnavailableError } from '../errors.js';

/** What a command asks the hub. */
export type Question<T> = (hub: HubClient) => Promise<T>;

/**
 * Asks the running hub with a token of the environment, or with one that is made for this and gone afterwards.
 * @param scopes of the token, when one is made
 * @throws NotAllowedError, NotFoundError, UnavailableError in words for the person at the terminal
 */
export async function askHub<T>(config: HubConfig, scopes: readonly string[], ask: Question<T>): Promise<T> {
  const apiUrl = localApiUrl(hubUrls(config), config.JupyterHub);
  const token = process.env.ELARA_API_TOKEN || process.env.JUPYTERHUB_API_TOKEN;
  try {
    if (token) return await ask(new HubClient({ apiUrl: process.env.JUPYTERHUB_API_URL || apiUrl, token }));
    // a database is not even opened unless there is a hub on it
    await new HubClient({ apiUrl }).version();
    const { withOwnToken } = await import('./own-token.js');
    return await withOwnToken(config, scopes, (own) => ask(new HubClient({ apiUrl, token: own })));
  } catch (error) {
    throw explained(error, Boolean(token));
  }
}

function explained(error: unknown, isGiven: boolean): unknown {
  if (error instanceof HubUnreachableError) return new UnavailableError(`${error.message}; does the hub run?`, { cause: error });
  if (!(error instanceof HubApiError)) return error;
  if (error.status === 404) return new NotFoundError(error.message, { cause: error });
  if (error.status !== 403) return new UnavailableError(error.message, { cause: error });
  const why = isGiven ? 'the token of the environment may not do that' : 'it does not know the token just made; is its database another one?';
  return new NotAllowedError(`the hub refused: because ${why} (${error.message})`, { cause: error });
}
