import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client';
import { basicCredentials } from './basic-credentials.js';
import type { OAuthTraits } from './oauth-traits.js';
import { LONGEST_REQUEST_SECONDS, type ProviderFetch } from './provider-fetch.js';
import { conformTokenAnswer } from './token-answer.js';

type Library = typeof import('openid-client');

/** Where a provider's endpoints and keys are told, when that is not below its issuer. */
export interface ProviderPlace {
  metadataUrl?: string | undefined;
  /** Whether the issuer that is told there may be the one that is meant. */
  isIssuer?(issuer: string): boolean;
}

/**
 * What openid-client needs to know of a provider: from the config, and from what the provider tells of itself (OpenID Connect Discovery,
 * RFC 8414) where there is an address for that.
 * @param verifies whether it is asked for ID tokens, which are then checked
 */
export async function providerConfiguration(traits: OAuthTraits, fetch: ProviderFetch, { verifies, ...place }: ProviderPlace & { verifies: boolean }): Promise<Configuration> {
  const library = await import('openid-client');
  const server = await serverOf(traits, fetch, place, library);
  const config = new library.Configuration(server, traits.client_id, undefined, authenticationOf(traits, library));
  const conforming: ProviderFetch = async (url, request) => {
    const answer = await fetch(url, request);
    return url === server.token_endpoint ? conformTokenAnswer(answer, verifies) : answer;
  };
  config[library.customFetch] = conforming as never;
  // deadlines, and which hosts may be spoken to by http, are for our own fetch to say
  config.timeout = 0;
  library.allowInsecureRequests(config);
  if (verifies) library.enableNonRepudiationChecks(config);
  return config;
}

async function serverOf(traits: OAuthTraits, fetch: ProviderFetch, { metadataUrl, isIssuer }: ProviderPlace, library: Library): Promise<ServerMetadata> {
  const { issuer, authorize_url, token_url, userdata_url } = traits;
  const where = metadataUrl ?? issuer;
  const found = where ? await discovered(where, traits, fetch, library) : { issuer: new URL(token_url).origin };
  if (isIssuer && !isIssuer(found.issuer)) throw new Error(`the issuer is ${JSON.stringify(found.issuer)}`);
  const server = {
    ...found,
    ...(authorize_url && { authorization_endpoint: authorize_url }),
    ...(token_url && { token_endpoint: token_url }),
    ...(userdata_url && { userinfo_endpoint: userdata_url }),
  };
  const missing = (['authorization_endpoint', 'token_endpoint'] as const).filter((name) => !URL.canParse(String(server[name])));
  if (missing.length > 0) throw new Error(`it tells no ${missing.join(', ')}`);
  return server;
}

async function discovered(address: string, { client_id }: OAuthTraits, fetch: ProviderFetch, { allowInsecureRequests, customFetch, discovery, None }: Library): Promise<ServerMetadata> {
  const options = { [customFetch]: fetch as never, timeout: LONGEST_REQUEST_SECONDS, execute: [allowInsecureRequests] };
  return (await discovery(new URL(address), client_id, undefined, None(), options)).serverMetadata();
}

function authenticationOf(traits: OAuthTraits, { ClientSecretPost, None }: Library): ClientAuth {
  if (!traits.client_secret) return None();
  return traits.basic_auth ? inHeader(basicCredentials(traits)) : ClientSecretPost(traits.client_secret);
}

const inHeader = (credentials: string): ClientAuth => (_server, _client, _body, headers) => headers.set('authorization', credentials);
