import type { HubConfig } from '../../config/schema.js';

/** The keys that the classes of all providers have. */
export type OAuthTraits = HubConfig['GenericOAuthenticator'] & { readonly [key: string]: unknown };
