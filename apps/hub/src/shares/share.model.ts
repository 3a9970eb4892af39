import type { HubUrls } from '../config/urls.js';
import { toWireTime } from '../database/values.js';
import { type SharedServer, sharedServerModel } from './shared-server.js';

/** With whom a server is shared. */
export interface Grantee {
  kind: 'user' | 'group';
  id: number;
  name: string;
}

/** A share: scopes on one server, for one user or one group. */
export interface Share {
  id: number;
  server: SharedServer;
  /** Raw, each with the filter of the server. */
  scopes: string[];
  grantee: Pick<Grantee, 'kind' | 'name'>;
  /** Database text. */
  createdAt: string;
}

/** A share as the API shows it (reference rest-api 2.7). */
export function shareModel({ server, scopes, grantee: { kind, name }, createdAt }: Share, urls: HubUrls) {
  return {
    server: sharedServerModel(server, urls),
    scopes,
    user: kind === 'user' ? { name } : null,
    group: kind === 'group' ? { name } : null,
    kind,
    created_at: toWireTime(createdAt),
  };
}

export type ShareModel = ReturnType<typeof shareModel>;
