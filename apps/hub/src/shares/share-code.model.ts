import type { HubUrls } from '../config/urls.js';
import { toWireTime } from '../database/values.js';
import { type SharedServer, sharedServerModel } from './shared-server.js';

/** A code that whoever is logged in may turn into a share, until it expires. */
export interface ShareCode {
  id: number;
  server: SharedServer;
  /** Raw, each with the filter of the server. */
  scopes: string[];
  /** Database text, as are the other times. */
  createdAt: string;
  expiresAt: string | null;
  exchangeCount: number;
  lastExchangedAt: string | null;
}

/** A share code as the API shows it (reference rest-api 2.8), without its secret. */
export function shareCodeModel(code: ShareCode, urls: HubUrls) {
  return {
    server: sharedServerModel(code.server, urls),
    scopes: code.scopes,
    id: `sc_${code.id}`,
    created_at: toWireTime(code.createdAt),
    expires_at: toWireTime(code.expiresAt),
    exchange_count: code.exchangeCount,
    last_exchanged_at: toWireTime(code.lastExchangedAt),
  };
}

/** A new code: with its secret, shown this once, and the address of the page that accepts it. */
export function newShareCodeModel(code: ShareCode, secret: string, urls: HubUrls) {
  const acceptUrl = `${urls.hubPrefix}accept-share?code=${secret}`;
  return {
    ...shareCodeModel(code, urls),
    code: secret,
    accept_url: acceptUrl,
    full_accept_url: urls.publicOrigin ? urls.publicOrigin + acceptUrl : null,
  };
}

/** The row id behind `sc_12`; undefined for anything else. */
export function shareCodeRowId(id: string): number | undefined {
  const digits = /^sc_(\d{1,9})$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
