/**
 * Rows of JupyterHub 6.0's schema (reference hub-behaviour 6.2 and 6.6), as the drivers return them, and of the `elara_*` tables.
 * Timestamps are naive UTC text `YYYY-MM-DD HH:MM:SS.ffffff`, JSON columns are text, booleans arrive as 0/1 or true/false:
 * read and write all three through `values.ts`.
 */
export type DbBoolean = boolean | 0 | 1;

export interface ServerRow {
  id: number;
  proto: string | null;
  ip: string | null;
  port: number | null;
  base_url: string | null;
  cookie_name: string | null;
}

export interface RoleRow {
  id: number;
  name: string;
  description: string | null;
  scopes: string | null;
  managed_by_auth: DbBoolean;
}

export interface GroupRow {
  id: number;
  name: string;
  properties: string | null;
}

export interface UserRow {
  id: number;
  name: string;
  admin: DbBoolean | null;
  created: string | null;
  last_activity: string | null;
  cookie_id: string;
  state: string | null;
  /** Text on PostgreSQL: read it through `fromDbBytes`. */
  encrypted_auth_state: Buffer | string | null;
  user_info: string | null;
}

export interface OAuthClientRow {
  id: number;
  identifier: string;
  description: string | null;
  secret: string | null;
  redirect_uri: string | null;
  allowed_scopes: string | null;
}

export interface UserRoleRow {
  user_id: number;
  role_id: number;
  managed_by_auth: DbBoolean;
}

export interface GroupRoleRow {
  group_id: number;
  role_id: number;
  managed_by_auth: DbBoolean;
}

export interface ServiceRoleRow {
  service_id: number;
  role_id: number;
  managed_by_auth: DbBoolean;
}

export interface UserGroupRow {
  user_id: number;
  group_id: number;
}

export interface SpawnerRow {
  id: number;
  user_id: number | null;
  server_id: number | null;
  state: string | null;
  name: string | null;
  display_name: string | null;
  started: string | null;
  last_activity: string | null;
  user_options: string | null;
  oauth_client_id: string | null;
}

export interface ServiceRow {
  id: number;
  name: string;
  admin: DbBoolean | null;
  url: string | null;
  oauth_client_allowed_scopes: string | null;
  info: string | null;
  display: DbBoolean | null;
  oauth_no_confirm: DbBoolean | null;
  command: string | null;
  cwd: string | null;
  environment: string | null;
  user: string | null;
  from_config: DbBoolean | null;
  _server_id: number | null;
  pid: number | null;
  oauth_client_id: string | null;
  timeout: number;
}

export interface ApiTokenRow {
  id: number;
  user_id: number | null;
  service_id: number | null;
  hashed: string;
  prefix: string;
  client_id: string | null;
  session_id: string | null;
  created: string | null;
  expires_at: string | null;
  last_activity: string | null;
  note: string | null;
  scopes: string | null;
}

export interface OAuthCodeRow {
  id: number;
  client_id: string;
  code: string;
  /** Unix seconds, unlike every other time in the schema. */
  expires_at: number;
  redirect_uri: string | null;
  session_id: string | null;
  user_id: number | null;
  scopes: string | null;
  code_challenge: string | null;
  code_challenge_method: string | null;
}

export interface ShareRow {
  id: number;
  created_at: string;
  scopes: string | null;
  expires_at: string | null;
  user_id: number | null;
  group_id: number | null;
  owner_id: number | null;
  spawner_id: number | null;
}

export interface ShareCodeRow {
  id: number;
  created_at: string;
  scopes: string | null;
  expires_at: string | null;
  hashed: string;
  prefix: string;
  exchange_count: number | null;
  last_exchanged_at: string | null;
  owner_id: number | null;
  spawner_id: number | null;
}

export type ServerState = 'stopped' | 'queued' | 'spawn-pending' | 'ready' | 'stop-pending';

/** What JupyterHub keeps in memory only: where a server is between stopped and ready (design, section 3). */
export interface ServerLifecycleRow {
  spawner_id: number;
  state: ServerState;
  /** The hub process that owns the pending work. */
  owner: string | null;
  /** Counts every change; a writer must name the epoch it read. */
  epoch: number;
  deadline: string | null;
  failure_code: string | null;
  /** JSON `{message, detail, hint, log}`. */
  failure: string | null;
  /** JSON of the process identity (pid, start time, boot id) for drivers that run processes on this machine. */
  process: string | null;
  updated: string;
}

/** Who last saw a server in use, and when; JupyterHub knows the latest of `proxy`, `report` and the start only. */
export interface ServerActivityRow {
  spawner_id: number;
  /** Traffic at the proxy. */
  proxy: string | null;
  /** When the proxy's table was last read. */
  proxy_read: string | null;
  /** What the server itself reported. */
  report: string | null;
  /** When its last report came. */
  report_received: string | null;
  /** Its start, or a call with its token. */
  api: string | null;
  /** Seconds between two reports, as the server was told when it started. */
  report_interval: number | null;
}

/** One row: what tells this database from every other. */
export interface HubRow {
  /** A UUID. */
  id: string;
}

/** What the owner of a server was told before it is stopped; see servers/cull-warning.ts. */
export interface ServerStopRow {
  spawner_id: number;
  at: string;
  code: string;
  stopped_by: string | null;
  detail: string;
}

export interface CullWarningRow {
  spawner_id: number;
  at: string;
  reason: string;
  idle_since: string | null;
  started: string | null;
}

/** How far the schedule of a service was followed, and its last run. */
export interface ServiceRunRow {
  service_id: number;
  /** Expression and time zone that `handled` belongs to. */
  schedule: string;
  /** The last time of the schedule that was dealt with, or when the schedule was first seen. */
  handled: string;
  /** Runs so far. */
  number: number;
  cause: 'schedule' | 'missed' | 'request' | null;
  started: string | null;
  /** Null while it runs. */
  ended: string | null;
  code: number | null;
  signal: string | null;
  error: string | null;
}

/** Who did what to whom; see http/audit-entry.ts. Names are those of the time. */
export interface AuditRow {
  id: number;
  at: string;
  actor_kind: string;
  actor: string;
  /** The user for whom a server or service acted. */
  behalf: string | null;
  via: string | null;
  address: string;
  method: string;
  route: string;
  action: string;
  target_kind: string | null;
  target: string | null;
  /** The user it was done to, or whose server it was done to; null for one who was gone when it was written. */
  target_user_id: number | null;
  status: number;
  denied: DbBoolean;
  /** Of a denial. */
  reason: string | null;
}

/** What there was to see in one minute; null for what could not be counted, or did not happen. */
export interface HistoryRow {
  /** The beginning of the minute it was taken in, Unix time in seconds. */
  at: number;
  /** People who were active within five minutes, and within an hour. */
  active_5m: number | null;
  active_1h: number | null;
  running_servers: number | null;
  /** Starts that ended in this minute: well, and otherwise, without those that were cancelled. */
  spawns: number;
  spawn_failures: number;
  /** Seconds that those took that went well. */
  spawn_p50: number | null;
  spawn_p95: number | null;
  /** Starts that waited for their turn. */
  queue: number;
  /** How often services ended by themselves and were started again. */
  service_restarts: number;
  /** Seconds for which the event loop was held up. */
  loop_lag_p99: number | null;
  loop_lag_max: number | null;
  /** Bytes. */
  memory_rss: number;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    servers: ServerRow;
    roles: RoleRow;
    groups: GroupRow;
    users: UserRow;
    oauth_clients: OAuthClientRow;
    user_role_map: UserRoleRow;
    group_role_map: GroupRoleRow;
    service_role_map: ServiceRoleRow;
    user_group_map: UserGroupRow;
    spawners: SpawnerRow;
    services: ServiceRow;
    api_tokens: ApiTokenRow;
    oauth_codes: OAuthCodeRow;
    shares: ShareRow;
    share_codes: ShareCodeRow;
    elara_hub: HubRow;
    elara_server_lifecycle: ServerLifecycleRow;
    elara_service_runs: ServiceRunRow;
    elara_server_activity: ServerActivityRow;
    elara_cull_warnings: CullWarningRow;
    elara_server_stops: ServerStopRow;
    elara_history: HistoryRow;
    elara_audit: AuditRow;
  }
}
