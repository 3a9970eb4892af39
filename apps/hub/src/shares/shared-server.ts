import type { Knex } from 'knex';
import type { HubUrls } from '../config/urls.js';
import { serverPath } from '../config/urls.js';
import type { ServerState } from '../database/tables.js';
import { toDbTime } from '../database/values.js';
import { effectiveState } from '../servers/server-record.js';

/** How routes spell an empty last segment, which stands for the default server (see `http/canonical-url.ts`). */
export const DEFAULT_SERVER = 'server/default';

/** A server that is shared, under the names that it and its owner have now. */
export interface SharedServer {
  /** `spawners.id`; 0 for a default server that has no row yet. */
  id: number;
  name: string;
  owner: { id: number; name: string };
  ready: boolean;
}

export interface SharedServerColumns {
  spawner: number | null;
  server: string | null;
  owner: number;
  owner_name: string;
  running: number | null;
  lifecycle: ServerState | null;
}

/** The server's columns of a query that joins `spawners as sp`, `users as o` and `elara_server_lifecycle as l`. */
export const SERVER_COLUMNS = [
  'sp.id as spawner',
  'sp.name as server',
  'o.id as owner',
  'o.name as owner_name',
  'sp.server_id as running',
  'l.state as lifecycle',
] as const;

export function sharedServer(row: SharedServerColumns): SharedServer {
  return {
    id: row.spawner ?? 0,
    name: row.server ?? '',
    owner: { id: row.owner, name: row.owner_name },
    ready: effectiveState(row.lifecycle, row.running !== null) === 'ready',
  };
}

/** "user/server", as filters of scopes name it. */
export const fullName = ({ owner, name }: SharedServer): string => `${owner.name}/${name}`;

/** Joins what is shared with its server; rows that have expired are left out. */
export function onLivingServers(rows: Knex.QueryBuilder): Knex.QueryBuilder {
  return rows
    .join('spawners as sp', 'sp.id', 's.spawner_id')
    .join('users as o', 'o.id', 'sp.user_id')
    .where((query) => query.whereNull('s.expires_at').orWhere('s.expires_at', '>=', toDbTime(new Date())));
}

/** Which shares or codes: those on all of somebody's servers, or on one of them. */
export type OnServers = { ownerId: number } | { serverId: number };

export const onServersColumns = (where: OnServers): Record<string, number> =>
  'ownerId' in where ? { 'sp.user_id': where.ownerId } : { 's.spawner_id': where.serverId };

/** The server as shares show it (reference rest-api 2.2). */
export function sharedServerModel({ name, owner, ready }: SharedServer, urls: HubUrls) {
  const url = serverPath(urls.baseUrl, owner.name, name);
  return { user: { name: owner.name }, name, url, full_url: urls.publicOrigin ? urls.publicOrigin + url : null, ready };
}
