import type { SpawnFormData } from '../config/hooks/functions.js';
import type { HookOptions, HookSpawner } from '../config/hooks/objects.js';
import type { SpawnContext } from './spawn-context.js';

/** JSON object as the column `spawners.state` holds it, e.g. `{"pid": 123}`: part of the API, and readable by JupyterHub. */
export type SpawnerState = Record<string, unknown>;

/** All that is needed to find a server again, also after a restart of the hub. */
export interface SpawnHandle {
  user: string;
  /** '' for the default server. */
  server: string;
  state: SpawnerState;
  /** JSON for the driver alone: what tells this server from a later process with the same number. */
  memo: unknown;
}

export interface RunningServer {
  state: SpawnerState;
  memo: unknown;
  /** Resolves with the exit status (negative: signal number, 0: unknown) once the driver sees the end; watches only when asked. */
  ended(): Promise<number>;
}

/** A server as it is found running. What it says of itself, its owner can have changed: nothing of that is proven. */
export interface FoundServer extends SpawnHandle {
  /** '' when it does not say. */
  user: string;
  /** Its token of the API; '' when it has none. Not for logs. */
  apiToken: string;
  /** Where it was told to listen; '' when it does not say. */
  url: string;
}

export interface StartedServer extends RunningServer {
  /** Where it listens: `proto`, `ip` and `port` of the row in `servers`. */
  address: ServerAddress;
}

export interface ServerAddress {
  proto: 'http' | 'https';
  /** A host name or address, IPv6 without brackets. */
  ip: string;
  port: number;
}

/** Environment variables that only one server of one hub has; they tell a server whose state was never recorded. */
export type ServerMarks = Readonly<Record<string, string>>;

/** What a driver can see of a server from outside. */
export interface Symptoms {
  /** TCP ports that it listens on. */
  ports: readonly number[];
  /** It was ended for want of memory. */
  outOfMemory: boolean;
}

/** Runs users' servers. One instance serves all of them and keeps nothing that a restart may lose. */
export interface Spawner {
  /**
   * Starts a server and returns once it runs; it need not answer yet.
   * @throws SpawnError when it cannot; nothing is left running then.
   */
  start(context: SpawnContext, signal: AbortSignal): Promise<StartedServer>;

  /**
   * Takes over a server that an earlier hub started; with an empty state it is looked for by its marks.
   * @returns undefined when it does not run any more.
   */
  adopt(handle: SpawnHandle, marks: ServerMarks): Promise<RunningServer | undefined>;

  /** Every running server that carries these marks, whether anybody knows of it or not. */
  findAll(marks: ServerMarks): Promise<FoundServer[]>;

  /** null while the server runs, else its exit status (0: unknown). */
  poll(handle: SpawnHandle): Promise<number | null>;

  /** Looks at a server that does not come up; what cannot be seen is left out. */
  examine(handle: SpawnHandle): Promise<Symptoms>;

  /** Ends the server and all it started; done at once when nothing runs. Takes at most `stopSeconds`. */
  stop(handle: SpawnHandle): Promise<void>;

  /** How long a stop can take, in seconds. */
  readonly stopSeconds: number;

  /** HTML of the fields that are shown before a start, where `Spawner.options_form` is not set; '' for none. */
  optionsForm?(spawner: HookSpawner, hook: HookOptions): string | Promise<string>;

  /** What the fields come to, where `Spawner.options_from_form` is no function: JSON. What it throws is shown above the form. */
  optionsFromForm?(fields: SpawnFormData, spawner: HookSpawner, hook: HookOptions): Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** Injection token of the driver that `JupyterHub.spawner_class` names. */
export const SPAWNER = Symbol('SPAWNER');
