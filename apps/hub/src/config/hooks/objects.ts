import type { SpawnerTraits } from './values.js';

/** What every function of the config gets last. */
export interface HookOptions {
  /** Aborted when the time is up, or nobody needs the result any more: hand it to `fetch` and the like. */
  signal: AbortSignal;
}

/** Writes to the hub's log, with the name of the hook. */
export interface HookLog {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

export interface HookGroup {
  name: string;
  /** `properties` of the group, as in `load_groups`. */
  properties: Readonly<Record<string, unknown>>;
}

/** One of somebody's servers, as it was when the hook was called. */
export interface HookServer {
  /** '' for the default server. */
  name: string;
  ready: boolean;
  pending: 'spawn' | 'stop' | null;
  /** Path below which it answers. */
  url: string;
  /** ISO 8601; null unless it runs. */
  started: string | null;
  user_options: Readonly<Record<string, unknown>> | null;
}

/** A person, under the names that they have in JupyterHub. */
export interface HookUser {
  readonly id: number;
  readonly name: string;
  readonly admin: boolean;
  readonly groups: readonly HookGroup[];
  /** The name as it stands in addresses. */
  readonly escaped_name: string;
  /** Path of the default server. */
  readonly url: string;
}

/** The person whose server it is. */
export interface ServerOwnerUser extends HookUser {
  /** Path of a server of theirs. */
  server_url(name?: string): string;
  /** Their servers by name, '' for the default one. */
  readonly spawners: Readonly<Record<string, HookServer>>;
  /** What the authenticator keeps of them; null when there is nothing, or `enable_auth_state` is off. */
  get_auth_state(): Promise<Record<string, unknown> | null>;
  /** `JupyterHub.tornado_settings`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Who makes a request: a person or, with `kind` service, a service. */
export interface RequestUser {
  readonly kind: 'user' | 'service';
  readonly name: string;
  readonly admin: boolean;
  readonly groups: readonly { readonly name: string }[];
}

/** A request to the hub. */
export interface HookRequest {
  readonly method: string;
  /** With the query. */
  readonly uri: string;
  readonly path: string;
  /** Every argument of the query, with all its values. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly remote_ip: string;
}

/** What hooks see of the request that they are called for. */
export interface HookHandler {
  readonly request: HookRequest;
  /** null for strangers. */
  readonly current_user: RequestUser | null;
  /** The last value of an argument of the query. */
  get_argument(name: string, initial?: string): string | undefined;
  /** `JupyterHub.tornado_settings`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * A server that is about to start, or has stopped: its traits, which can be set and are checked as in the config, and what JupyterHub's
 * spawner has besides (reference hub-behaviour 2.1).
 */
export interface HookSpawner extends SpawnerTraits {
  /** '' for the default server. */
  readonly name: string;
  readonly user: ServerOwnerUser;
  /** What was chosen for this start, or for the last one. */
  readonly user_options: Readonly<Record<string, unknown>>;
  /** The token of the server; '' before it is made, and after it is gone. */
  readonly api_token: string;
  /** Where it listens; null before it runs. */
  readonly server: { readonly url: string; readonly proto: string; readonly ip: string; readonly port: number; readonly base_url: string } | null;
  /** The row in the database, as it was when the hook was called. */
  readonly orm_spawner: {
    readonly id: number;
    readonly name: string;
    readonly display_name: string | null;
    readonly state: Readonly<Record<string, unknown>> | null;
    readonly user_options: Readonly<Record<string, unknown>> | null;
    /** Text, as the database has it. */
    readonly started: string | null;
    readonly last_activity: string | null;
  };
  readonly hub: { readonly base_url: string; readonly api_url: string; readonly public_url: string };
  /** The request that asked for it; null when none did, and once it runs. */
  readonly handler: HookHandler | null;
  readonly log: HookLog;
  /** The authenticator in force. */
  readonly authenticator: object;
  /** The config in force, by class. */
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Free for hooks: what one leaves here, those after it find, until the server is ready. */
  userdata: unknown;
}
