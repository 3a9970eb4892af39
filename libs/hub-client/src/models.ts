import type { HubExtension } from './operations-models.js';

/** An ISO 8601 time in UTC with a `Z`, e.g. `2026-11-20T08:12:47.620884Z`. */
export type Timestamp = string;

/** One server of a user. Fields that the caller's scopes do not cover are absent. */
export interface Server {
  /** '' for the default server. */
  name: string;
  full_name?: string;
  display_name?: string | null;
  last_activity: Timestamp | null;
  started: Timestamp | null;
  pending: 'spawn' | 'stop' | 'check' | 'rename' | null;
  ready: boolean;
  stopped: boolean;
  url: string;
  full_url?: string | null;
  progress_url?: string;
  full_progress_url?: string | null;
  user_options?: Record<string, unknown> | null;
  /** Only with `admin:server_state`. */
  state?: Record<string, unknown> | null;
  /** What JupyterHub does not have; absent when there is nothing to say. */
  elara?: ServerExtension;
  [extension: string]: unknown;
}

/** What Elara alone tells of a server. */
export interface ServerExtension {
  /** Why its last start failed; `detail` is for operators. */
  failure?: { code: string; message: string; detail?: string; hint: string; log: string[] };
  /** Where its start waits for its turn; the estimate is in seconds, null while nobody can know. */
  queue?: { position: number; estimated_wait_seconds: number | null };
  cull_warning?: CullWarning;
  /** Why it was stopped, when it ran before and does not now; `by` as in `user ada` or `service cull-idle`. */
  stop?: { at: Timestamp; code: 'asked' | 'exited' | 'logout' | 'blocked' | 'hub'; by: string | null; detail: string };
}

/** What the owner of a server is told before it is stopped. */
export interface CullWarning {
  /** It is not stopped before. */
  at: Timestamp;
  reason: string;
}

/** A user, as far as the caller's scopes show it: every field but `kind` and `name` may be absent. */
export interface User {
  kind: 'user';
  name: string;
  admin?: boolean;
  roles?: string[];
  groups?: string[];
  /** URL path of the default server when that is ready. */
  server?: string | null;
  pending?: Server['pending'];
  created?: Timestamp;
  last_activity?: Timestamp | null;
  auth_state?: Record<string, unknown> | null;
  user_info?: Record<string, unknown> | null;
  /** By name; only running ones unless stopped ones were asked for. */
  servers?: Record<string, Server>;
  [extension: string]: unknown;
}

/** How a service that the hub runs is doing. */
export interface ServiceRun {
  state: 'stopped' | 'starting' | 'running' | 'backoff' | 'stopping' | 'failed';
  /** Why it is in this state, in words. */
  reason: string;
  /** Services that it waits for before it is started. */
  waiting_for: string[];
  since: Timestamp;
  /** Since it was last started by request. */
  restarts: number;
  /** Restarts in a row after which it has failed; 0: never. */
  start_limit: number;
  next_start: Timestamp | null;
  /** How it ended last. */
  exit: { code: number | null; signal: string | null; error: string | null; at: Timestamp } | null;
  /** What its probes find. */
  health: { status: 'healthy' | 'unhealthy' | 'unknown'; readiness: ProbeResult | null; liveness: ProbeResult | null };
  /** The last changes of state, the oldest first. */
  events: { time: Timestamp; state: ServiceRun['state']; reason: string }[];
  /** Of a service that runs at times. */
  schedule?: { cron: string; timezone: string | null; missed: 'skip' | 'run-once'; last_run: LastRun | null };
}

/** A run of a service that has a schedule. */
export interface LastRun {
  /** Counts its runs. */
  number: number;
  cause: 'schedule' | 'missed' | 'request';
  started: Timestamp;
  /** Null while it runs. */
  ended: Timestamp | null;
  duration_seconds: number | null;
  exit: { code: number | null; signal: string | null; error: string | null };
}

/** What a probe of a service finds. */
export interface ProbeResult {
  /** Null until a threshold was reached. */
  healthy: boolean | null;
  /** How many looks in a row had the last outcome. */
  in_row: number;
  /** Why the last look failed. */
  problem: string | null;
  checked: Timestamp;
}

/** A service that the hub knows. */
export interface Service {
  kind: 'service';
  name: string;
  admin?: boolean;
  roles?: string[];
  url?: string | null;
  prefix?: string;
  command?: string[];
  pid?: number;
  info?: Record<string, unknown> | null;
  display?: boolean | null;
  /** Of managed services. */
  elara?: ServiceRun;
  [extension: string]: unknown;
}

/** A group of users. */
export interface Group {
  kind: 'group';
  name: string;
  users?: string[];
  properties?: Record<string, unknown>;
  roles?: string[];
  [extension: string]: unknown;
}

/** What `GET user` tells about the owner of a token: a user or service, and what the token may do. */
export type Identity = (User | Service) & {
  /** Fully expanded effective scopes, sorted. */
  scopes: string[];
  token_id: string | null;
  session_id: string | null;
};

/** A token without its secret. */
export interface Token {
  /** `a` and a number. */
  id: string;
  kind: 'api_token';
  user?: string;
  service?: string;
  roles: string[];
  scopes: string[];
  note: string;
  created: Timestamp;
  last_activity: Timestamp | null;
  expires_at: Timestamp | null;
  session_id: string | null;
  oauth_client: string;
}

/** A token as it is created: the only time its secret is shown. */
export interface NewToken extends Token {
  token: string;
}

/** One route of the proxy. */
export interface ProxyRoute {
  routespec: string;
  target: string;
  data: Record<string, unknown>;
}

/** What `GET info` tells about the hub. */
export interface HubInfo {
  version: string;
  python: string;
  sys_executable: string;
  spawner: { class: string; version: string };
  authenticator: { class: string; version: string };
  /** What JupyterHub does not tell. */
  elara?: HubExtension;
  [extension: string]: unknown;
}

/** A server that runs although the hub's database does not know of it. */
export interface Orphan {
  /** As the process says, like `server`. */
  user: string;
  server: string;
  state: Record<string, unknown>;
  /** When it was seen first. */
  since: Timestamp;
  /** Why it is left as it is. */
  because: string;
}

/** Why somebody may or may not do something. */
export interface Explanation {
  allowed: boolean;
  /** One sentence for people. */
  text: string;
  /** Roles and shares that grant it; `group` is the one that brings it, null when it was given directly. */
  reasons: { role: string | null; share: string | null; group: string | null; scope: string }[];
  /** The forms of the scope that are held; the nearest miss when it is not allowed. */
  held: string[];
  /** For a token: the scopes it was made with. */
  token_scopes?: string[];
}

/** What a reload of the config found and did. */
export interface ReloadReport {
  /** Every key that differs from what the hub ran with, in words; what was not applied takes a restart of the hub. */
  changes: { text: string; applied: boolean }[];
}

/** One event of a server's start, in order; the last one has `ready` or `failed`. */
export interface ProgressEvent {
  /** Percent, 0 to 100. */
  progress: number;
  message: string;
  html_message?: string;
  ready?: boolean;
  failed?: boolean;
  url?: string;
}

/** What a service or server printed. */
export interface LogLines {
  /** Oldest first. */
  lines: string[];
  /** Bytes before these lines that were left out, because the reader was too slow. */
  skipped?: number;
}

/** What `POST users/NAME/activity` takes. */
export interface Activity {
  last_activity?: Timestamp;
  servers?: Record<string, { last_activity: Timestamp }>;
}
